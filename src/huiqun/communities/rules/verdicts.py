"""What becomes of words before a person has looked at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiqun.communities.rules.kinds import Moderation

_HOLDS = frozenset({"block", "high"})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``held``: nobody reads it until somebody of the bank has decided. ``reasons`` open a case."""

    held: bool
    reasons: tuple[str, ...] = ()
    grave: bool = False

    @property
    def opens_case(self) -> bool:
        return self.held or bool(self.reasons)


def verdict(
    *,
    mode: str,
    severities: Sequence[str],
    masked: bool = False,
    has_link: bool = False,
    has_picture: bool = False,
    warned: int = 0,
) -> Verdict:
    """Grave findings hold in every group; links out of the bank, pictures and those who were warned are looked at."""
    grave = bool(_HOLDS & set(severities))
    reasons = [
        name
        for name, holds in (
            ("before", mode == Moderation.BEFORE),
            ("rule", bool(severities)),
            ("masked", masked),
            ("link", has_link),
            ("picture", has_picture),
            ("warned", warned > 0),
        )
        if holds
    ]
    return Verdict(
        held=grave or mode == Moderation.BEFORE or (warned > 1), reasons=tuple(reasons), grave=grave
    )
