"""Links of a plan: further places that its messages lead to, and the UTM values by which they are told apart.

The campaign's own page needs no plan: ``{{ link }}`` is always there. Every further one has a key, and copy
names it as ``{{ link_<key> }}``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

PREFIX = "link_"
MOST, LONGEST_DAYS, USUAL_DAYS = 5, 365, 30
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
UTM_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
NAMED = re.compile(r"\b" + PREFIX + r"([a-z0-9_]+)\b")


class LinksInvalid(Refusal):
    code = "campaigns.links_invalid"
    sentence = _("The links cannot be kept: %(problem)s. Correct them and save again.")
    status = 422


class LinkUnknown(Refusal):
    code = "campaigns.link_unknown"
    sentence = _(
        "The copy names %(name)s, but the plan has no such link. Add it, or take it out of the copy."
    )


class LinkNotPlanned(Refusal):
    code = "campaigns.link_not_planned"
    sentence = _("This campaign has no such link. Load the page again and choose one that is listed.")
    status = 422


@dataclass(frozen=True, kw_only=True)
class Target:
    key: str
    target: str

    @property
    def name(self) -> str:
        """As copy names it."""
        return f"{PREFIX}{self.key}"


@dataclass(frozen=True, kw_only=True)
class LinkPlan:
    """``days``: how long after the campaign's end its links lead on; ``mediums``: utm_medium by channel."""

    targets: tuple[Target, ...] = ()
    source: str = "huiqun"
    campaign: str = ""
    mediums: Mapping[str, str] = field(default_factory=dict)
    days: int = USUAL_DAYS

    @classmethod
    def of(cls, kept: Mapping[str, Any], *, campaign: str) -> "LinkPlan":
        """As the plan keeps it, with what is usual where it says nothing."""
        usual = cls(campaign=campaign)
        return cls(
            targets=tuple(Target(**each) for each in kept.get("targets") or ()),
            source=kept.get("source") or usual.source,
            campaign=kept.get("campaign") or campaign,
            mediums=dict(kept.get("mediums") or {}),
            days=kept.get("days", usual.days),
        )

    def as_kept(self) -> dict[str, Any]:
        return {
            "targets": list(map(asdict, self.targets)),
            "source": self.source,
            "campaign": self.campaign,
            "mediums": dict(self.mediums),
            "days": self.days,
        }

    def utm(self, channel: str) -> dict[str, str]:
        return {
            "utm_source": self.source,
            "utm_medium": self.mediums.get(channel) or channel,
            "utm_campaign": self.campaign,
        }

    def for_dossier(self, *, channels: Iterable[str], end_at: datetime) -> dict[str, Any]:
        """What is approved, and what sending and leading on obey."""
        return {
            "targets": list(map(asdict, self.targets)),
            "utm": {channel: self.utm(channel) for channel in channels},
            "until": (end_at + timedelta(days=self.days)).isoformat(),
        }


def check_plan(plan: LinkPlan) -> None:
    """:raises LinksInvalid"""
    keys = [each.key for each in plan.targets]
    if len(keys) > MOST:
        raise LinksInvalid(problem=_("there are too many of them"))
    if any(not KEY.fullmatch(key) for key in keys):
        raise LinksInvalid(problem=_("a name is not of small letters, digits and underscores"))
    if len(set(keys)) != len(keys):
        raise LinksInvalid(problem=_("two of them have the same name"))
    if not all(UTM_VALUE.fullmatch(each) for each in (plan.source, plan.campaign, *plan.mediums.values())):
        raise LinksInvalid(problem=_("a UTM value is not of letters, digits, dots, hyphens and underscores"))
    if not 0 <= plan.days <= LONGEST_DAYS:
        raise LinksInvalid(problem=_("they would be open for longer than a year"))


def names_in(*texts: str) -> set[str]:
    """The further links that texts name."""
    return {f"{PREFIX}{key}" for text in texts for key in NAMED.findall(text)}
