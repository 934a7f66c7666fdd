"""Emergency stop and its lifting."""

from datetime import datetime

from django.db import transaction

from huiqun.compliance.events import StopLifted, SubjectStopped
from huiqun.compliance.models import Dossier, Permit, Stop
from huiqun.compliance.models.permits import EVERYTHING
from huiqun.compliance.rules.reviews import AlreadyStopped, AuthorCannotLift, NotStopped, ReasonNeeded
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound, NotYours

STOPPERS = (Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER)


@transaction.atomic
def stop_subject(*, subject: str, reason: str, by: Staff, now: datetime, branch_id: int | None = None) -> int:
    """Stop one subject, or ``all``, at once: when this returns and commits, nothing more is marked for sending.

    ``branch_id`` places a subject that has never been submitted. The stop's id.
    :raises ReasonNeeded, NotYours, NotFound, AlreadyStopped
    """
    if not reason.strip():
        raise ReasonNeeded()
    branch = _branch_of(subject, branch_id, by)
    _check_stopper(by, branch, subject)
    permit = Permit.objects.locked(subject)
    if permit.stopped:
        raise AlreadyStopped()
    permit.stopped = True
    permit.stop_reason = reason.strip()
    permit.save()
    stop = Stop.objects.create(
        subject=subject, branch=branch, reason=reason.strip(), stopped_by=by, stopped_at=now
    )
    event = SubjectStopped(reviewed=subject, stop_id=stop.pk, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=branch.pk)
    return int(stop.pk)


@transaction.atomic
def lift_stop(*, subject: str, reason: str, by: Staff, now: datetime) -> None:
    """Lift a stop; the approval is what it was before. :raises ReasonNeeded, NotStopped, NotYours, AuthorCannotLift"""
    if not reason.strip():
        raise ReasonNeeded()
    permit = Permit.objects.locked(subject)
    stop = Stop.objects.in_force().filter(subject=subject).select_related("branch").first()
    if stop is None:
        raise NotStopped()
    _check_stopper(by, stop.branch, subject)
    dossier = Dossier.objects.latest_of(subject)
    if dossier is not None and by.pk in dossier.author_ids:
        raise AuthorCannotLift()
    permit.stopped = False
    permit.stop_reason = ""
    permit.save()
    stop.lift_reason, stop.lifted_by, stop.lifted_at = reason.strip(), by, now
    stop.save()
    event = StopLifted(reviewed=subject, stop_id=stop.pk, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=stop.branch_id)


def _branch_of(subject: str, branch_id: int | None, by: Staff) -> Branch:
    dossier = Dossier.objects.latest_of(subject)
    if dossier is not None:
        return dossier.branch
    if branch_id is not None:
        return Branch.objects.get(pk=branch_id)
    if by.branch is None:
        raise NotFound()
    return by.branch


def _check_stopper(by: Staff, branch: Branch | None, subject: str) -> None:
    """Officers stop what is within their scope; the whole bank only from the head office."""
    person = Staff.objects.get_queryset().filter(pk=by.pk, is_active=True).select_related("branch").first()
    if person is None or person.branch is None or not person.has_role(*STOPPERS):
        raise NotYours()
    if branch is not None and not person.branch.covers(branch):
        raise NotFound()
    if subject == EVERYTHING and person.branch.level != 0:
        raise NotYours()
