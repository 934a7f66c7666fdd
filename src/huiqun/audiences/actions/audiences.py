"""Saving audiences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.audiences import rules
from huiqun.audiences.actions.references import check_references
from huiqun.audiences.events import AudienceArchived, AudienceSaved
from huiqun.audiences.models import Audience, AudienceVersion
from huiqun.audiences.queries.membership import used_by
from huiqun.audiences.queries.words import sentence
from huiqun.audiences.refusals import AudienceArchivedAlready, AudienceInUse, NameMissing
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.canonical import digest
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class SavedAudience:
    audience_id: int
    version_id: int
    number: int


@transaction.atomic
def save_audience(
    *, name: str, rule: Any, branch_id: int, audience_id: int | None = None, by: Staff | None, now: datetime
) -> SavedAudience:
    """Save a new audience, or a new version of ``audience_id`` when its rule has changed.

    :raises RuleInvalid, NameMissing, NotFound (another branch's), AudienceArchivedAlready
    """
    check_references(rules.parse(rule), audience_id=audience_id, by=by)
    name = name.strip()[:100]
    if not name:
        raise NameMissing()
    audience = _audience(audience_id, name, branch_id, by, now)
    version = _version(audience, rule, by, now)
    return SavedAudience(audience_id=audience.pk, version_id=version.pk, number=version.number)


@transaction.atomic
def archive_audience(*, audience_id: int, by: Staff, now: datetime) -> None:
    """Take an audience out of the choices; its versions and snapshots stay. :raises NotFound, AudienceInUse"""
    audience = _locked(audience_id, by)
    if users := used_by(audience_id=audience_id, staff=None):
        raise AudienceInUse(names=", ".join(each.name for each in users))
    if audience.archived_at is None:
        audience.archived_at = now
        audience.save(update_fields=["archived_at"])
        facts.record(AudienceArchived(audience_id=audience.pk), at=now, by=by, branch_id=audience.branch_id)


def _audience(
    audience_id: int | None, name: str, branch_id: int, by: Staff | None, now: datetime
) -> Audience:
    if audience_id is None:
        if by is not None and not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
            raise NotFound()
        return Audience.objects.create(name=name, branch_id=branch_id, created_by=by, created_at=now)
    audience = _locked(audience_id, by)
    if audience.archived_at is not None:
        raise AudienceArchivedAlready(name=audience.name)
    if audience.name != name:
        audience.name = name
        audience.save(update_fields=["name"])
    return audience


def _locked(audience_id: int, by: Staff | None) -> Audience:
    rows = Audience.objects.all() if by is None else Audience.objects.visible_to(by)
    audience: Audience | None = rows.select_for_update(of=("self",)).filter(pk=audience_id).first()
    if audience is None:
        raise NotFound()
    return audience


def _version(audience: Audience, rule: Any, by: Staff | None, now: datetime) -> AudienceVersion:
    """The latest version when it has this very rule, otherwise the next one."""
    rule_digest = digest(rule)
    latest: AudienceVersion | None = audience.versions.order_by("-number").first()
    if latest and latest.rule_digest == rule_digest:
        return latest
    version: AudienceVersion = AudienceVersion.objects.create(
        audience=audience,
        number=latest.number + 1 if latest else 1,
        rule=rule,
        rule_digest=rule_digest,
        sentence=sentence(rule, "zh-hans"),
        created_by=by,
        created_at=now,
    )
    event = AudienceSaved(audience_id=audience.pk, number=version.number, rule_digest=rule_digest)
    facts.record(event, at=now, by=by, branch_id=audience.branch_id)
    return version
