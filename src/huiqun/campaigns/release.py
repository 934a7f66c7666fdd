"""Gradual release: to own staff, to a small share, to all; decided from plain values."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huiqun.lib.allocation import BUCKETS
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

STAFF, SHARE = "staff", "share"
ITSELF, CLICK = "itself", "click"
MOST_STAGES = 6


class ReleaseImpossible(Refusal):
    code = "campaigns.release_impossible"
    sentence = _("The stages cannot be followed: %(problem)s. Correct them and save again.")


class StageNotOver(Refusal):
    code = "campaigns.stage_not_over"
    sentence = _(
        "This stage is still being sent, or its waiting time has not passed. Load the page again later."
    )


class ReachedTwice(Refusal):
    code = "campaigns.reached_twice"
    sentence = _(
        "%(count)s people of this stage were reached by an earlier one. Nothing was sent; ask your IT staff."
    )


@dataclass(frozen=True, kw_only=True)
class Stage:
    """``share`` is how much of the audience has been released when the stage is through, in ten-thousandths;
    own staff are no share of it."""

    number: int
    kind: str = SHARE
    share: int = 0
    wait_hours: int = 0
    goes_on: str = ITSELF

    @property
    def step(self) -> str:
        """What tells its run apart from the others of the same dossier."""
        return f"stage-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """In ten-thousandths of those tried; None watches nothing. Fewer than ``least`` cases stop nothing."""

    complaints: int | None = None
    unsubscribes: int | None = None
    failures: int | None = None
    least: int = 3


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What became of a stage so far. ``tried`` are those sent and those that failed."""

    people: int = 0
    tried: int = 0
    complaints: int = 0
    unsubscribes: int = 0
    failures: int = 0

    def since(self, before: "Figures") -> "Figures":
        """What has come after somebody looked and went on."""
        return Figures(**{name: value - getattr(before, name) for name, value in asdict(self).items()})


@dataclass(frozen=True)
class Plan:
    stages: tuple[Stage, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def bounds(self, number: int) -> tuple[int, int]:
        """The buckets of a stage, end exclusive: each begins where the share before it ended, so that stages
        nest and nobody is in two."""
        before = [stage.share for stage in self.stages if stage.number < number and stage.kind == SHARE]
        return max(before, default=0), self.stage(number).share

    def stage(self, number: int) -> Stage:
        return self.stages[number - 1]

    @property
    def last(self) -> int:
        return len(self.stages)

    def for_dossier(self) -> dict[str, Any]:
        return {"stages": [asdict(stage) for stage in self.stages], "limits": asdict(self.limits)}

    @classmethod
    def of_dossier(cls, body: dict[str, Any]) -> "Plan":
        """Of a dossier that plans no stages, an empty one."""
        release = body.get("release")
        if not release:
            return cls()
        return cls(tuple(Stage(**each) for each in release["stages"]), Limits(**release["limits"]))


def check_stages(stages: Sequence[Stage]) -> None:
    """:raises ReleaseImpossible"""
    shares = [stage.share for stage in stages if stage.kind == SHARE]
    if len(stages) > MOST_STAGES:
        raise ReleaseImpossible(problem=_("there are more than six"))
    if [stage.number for stage in stages] != list(range(1, len(stages) + 1)):
        raise ReleaseImpossible(problem=_("they are not numbered one after the other"))
    if any(stage.kind == STAFF for stage in stages[1:]):
        raise ReleaseImpossible(problem=_("own staff come first"))
    if stages and (not shares or shares[-1] != BUCKETS):
        raise ReleaseImpossible(problem=_("the last one must reach everybody"))
    if any(share <= 0 for share in shares) or sorted(set(shares)) != shares:
        raise ReleaseImpossible(problem=_("each must reach more people than the one before"))


WATCHED = ("complaints", "unsubscribes", "failures")

BECAUSE = {
    "complaints": _("Too many complaints"),
    "unsubscribes": _("Too many opt-outs"),
    "failures": _("Too many failures"),
}


def why_stop(figures: Figures, limits: Limits) -> str:
    """The first of WATCHED that is beyond its limit, or "". "Beyond": a share equal to the limit is within it."""
    for name in WATCHED:
        most, cases = getattr(limits, name), getattr(figures, name)
        if most is not None and cases >= limits.least and cases * BUCKETS > most * max(1, figures.tried):
            return name
    return ""


def goes_on_at(stage: Stage, settled_at: datetime) -> datetime:
    """When the next stage may begin."""
    return settled_at + timedelta(hours=stage.wait_hours)
