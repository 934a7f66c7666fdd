"""Saved audiences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huiqun.audiences.models import Audience, AudienceVersion
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class AudienceFacts:
    """An audience at its latest version."""

    audience_id: int
    name: str
    branch_id: int
    version_id: int
    number: int
    rule: Any
    rule_digest: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AudienceChoice:
    audience_id: int
    version_id: int
    name: str
    number: int
    sentence: str


def audience(audience_id: int, staff: Staff | None) -> AudienceFacts:
    """At its latest version; ``staff`` None is the system. :raises NotFound"""
    rows = Audience.objects.all() if staff is None else Audience.objects.visible_to(staff)
    found = rows.filter(pk=audience_id).first()
    if found is None:
        raise NotFound()
    return _facts(found.latest, found)


def version(version_id: int, staff: Staff | None = None) -> AudienceFacts:
    """One version with its audience. :raises NotFound"""
    rows = AudienceVersion.objects.all() if staff is None else AudienceVersion.objects.visible_to(staff)
    found = rows.select_related("audience").filter(pk=version_id).first()
    if found is None:
        raise NotFound()
    return _facts(found, found.audience)


def audience_choices(staff: Staff) -> list[AudienceChoice]:
    """What may be chosen for a campaign, each at its latest version, newest first."""
    rows = AudienceVersion.objects.visible_to(staff).filter(audience__archived_at__isnull=True)
    latest = rows.order_by("audience_id", "-number").distinct("audience_id").select_related("audience")
    choices = [
        AudienceChoice(
            audience_id=each.audience_id,
            version_id=each.pk,
            name=each.audience.name,
            number=each.number,
            sentence=each.sentence,
        )
        for each in latest
    ]
    return sorted(choices, key=lambda choice: -choice.audience_id)


def branches_below(branch_id: int) -> Sequence[int]:
    """The branch and all below it."""
    branch = Branch.objects.get(pk=branch_id)
    below = Branch.objects.filter(path__startswith=branch.path)
    return tuple(below.values_list("pk", flat=True))


def _facts(version: AudienceVersion, of: Audience) -> AudienceFacts:
    return AudienceFacts(
        audience_id=of.pk,
        name=of.name,
        branch_id=of.branch_id,
        version_id=version.pk,
        number=version.number,
        rule=version.rule,
        rule_digest=version.rule_digest,
        sentence=version.sentence,
    )
