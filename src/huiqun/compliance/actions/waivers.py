"""Letting a finding stand, with a reason, and taking that back."""

from datetime import datetime

from django.db import transaction

from huiqun.compliance.actions.reviews import take_step
from huiqun.compliance.events import FindingWaived, WaiverWithdrawn
from huiqun.compliance.models import Dossier, Permit, Waiver
from huiqun.compliance.models.reviews import DossierState
from huiqun.compliance.queries.dossier_findings import StandingFinding, standing_findings
from huiqun.compliance.queries.reviews import visible_dossier
from huiqun.compliance.rules.reviews import ReviewOver
from huiqun.compliance.rules.waivers import (
    AlreadyWaived,
    NoSuchFinding,
    NotYourWaiver,
    check_reason,
    check_waivable,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@transaction.atomic
def waive_finding(
    *, step_id: int, expected_digest: str, finding_key: str, reason: str, by: Staff, now: datetime
) -> int:
    """Let a finding of exactly this version stand; the waiver's id. Whoever may decide the open step may.

    :raises NoSuchFinding, BlockingNotWaivable, AlreadyWaived, WaiverReasonShort and as approve_step
    """
    _permit, step, _hand = take_step(step_id, expected_digest, None, by=by, now=now)
    dossier = step.dossier
    standing = _finding(dossier, finding_key)
    check_waivable(standing.finding)
    if standing.waiver is not None:
        raise AlreadyWaived()
    place = standing.place
    waiver = Waiver.objects.create(
        dossier=dossier,
        part=place.part,
        rule=place.rule,
        start=place.start,
        end=place.end,
        quote=standing.finding.quote,
        reason=check_reason(reason),
        by=by,
        at=now,
    )
    event = FindingWaived(
        reviewed=dossier.subject,
        dossier_id=dossier.pk,
        waiver_id=waiver.pk,
        digest=dossier.digest,
        part=place.part,
        rule=place.rule,
        start=place.start,
        end=place.end,
        severity=standing.finding.severity.value,
        reason=waiver.reason,
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)
    return int(waiver.pk)


def _finding(dossier: Dossier, key: str) -> StandingFinding:
    for found in standing_findings(dossier).values():
        for each in found:
            if each.place.key == key:
                return each
    raise NoSuchFinding()


@transaction.atomic
def withdraw_waiver(*, waiver_id: int, by: Staff, now: datetime) -> None:
    """Whoever waived takes it back while the version is under review. :raises NotFound, NotYourWaiver, ReviewOver"""
    found = Waiver.objects.filter(pk=waiver_id).select_related("dossier").first()
    if found is None:
        raise NotFound()
    visible_dossier(found.dossier_id, by, now=now)
    if found.by_id != by.pk:
        raise NotYourWaiver()
    Permit.objects.locked(found.dossier.subject)
    waiver = Waiver.objects.standing().select_for_update(of=("self",)).filter(pk=waiver_id).first()
    dossier = Dossier.objects.get(pk=found.dossier_id)
    if dossier.state != DossierState.IN_REVIEW:
        raise ReviewOver()
    if waiver is None:
        raise NotFound()
    waiver.withdrawn_at = now
    waiver.save(update_fields=("withdrawn_at",))
    event = WaiverWithdrawn(
        reviewed=dossier.subject,
        dossier_id=dossier.pk,
        waiver_id=waiver.pk,
        digest=dossier.digest,
        part=waiver.part,
        rule=waiver.rule,
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)
