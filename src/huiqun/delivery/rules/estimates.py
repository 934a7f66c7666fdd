"""What would become of an audience, counted by the gate's own reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Estimated:
    """``reasons`` are of both arms, in the gate's order; ``messages`` by channel and variant are what would go out."""

    audience: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    messages: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, int]]) -> "Estimated":
        """Of (reason, channel, variant, count)."""
        audience, reasons, messages = 0, dict[str, int](), dict[tuple[str, str], int]()
        for reason, channel, variant, count in rows:
            audience += count
            if reason:
                reasons[reason] = reasons.get(reason, 0) + count
            else:
                messages[channel, variant] = messages.get((channel, variant), 0) + count
        return cls(audience, reasons, messages)

    @property
    def reached(self) -> int:
        return sum(self.messages.values())

    def by_channel(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for (channel, _), count in self.messages.items():
            found[channel] = found.get(channel, 0) + count
        return found
