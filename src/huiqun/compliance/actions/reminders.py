"""催审: reminding reviewers, by button and by the clock."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.compliance.events import ReviewersReminded
from huiqun.compliance.models import Dossier, ReviewStep
from huiqun.compliance.models.reviews import StepState
from huiqun.compliance.rules.reviews import NotYourDossier, RemindedJustNow, StepDecided
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import is_working_day, local_date, local_time
from huiqun.lib.refusal import NotFound

AGAIN_AFTER = timedelta(hours=1)
CLOCK_AGAIN_AFTER = timedelta(hours=20)
BEFORE_DUE = timedelta(hours=4)


@transaction.atomic
def remind_step(*, step_id: int, by: Staff, now: datetime) -> None:
    """An author asks the reviewers to hurry. :raises NotFound, NotYourDossier, StepDecided, RemindedJustNow"""
    step = (
        ReviewStep.objects.filter(pk=step_id)
        .select_for_update(of=("self",))
        .select_related("dossier")
        .first()
    )
    if step is None or not Dossier.objects.visible_to(by).filter(pk=step.dossier_id).exists():
        raise NotFound()
    if by.pk not in step.dossier.author_ids:
        raise NotYourDossier()
    if step.state != StepState.OPEN:
        raise StepDecided()
    if step.reminded_at and now - step.reminded_at < AGAIN_AFTER:
        raise RemindedJustNow(at=local_time(step.reminded_at).strftime("%H:%M"))
    _remind(step, by=by, now=now)


def remind_reviewers(*, now: datetime) -> int:
    """On working days, remind once a day of each step that is overdue or due within four hours; how many."""
    if not is_working_day(local_date(now)):
        return 0
    due = ReviewStep.objects.filter(state=StepState.OPEN, due_at__lte=now + BEFORE_DUE)
    return sum(_remind_by_clock(step_id, now=now) for step_id in due.values_list("pk", flat=True))


@transaction.atomic
def _remind_by_clock(step_id: int, *, now: datetime) -> bool:
    step = ReviewStep.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=step_id)
    recent = step.reminded_at and now - step.reminded_at < CLOCK_AGAIN_AFTER
    if step.state != StepState.OPEN or recent:
        return False
    _remind(step, by=None, now=now)
    return True


def _remind(step: ReviewStep, *, by: Staff | None, now: datetime) -> None:
    step.reminded_at = now
    step.reminders += 1
    step.save(update_fields=("reminded_at", "reminders"))
    event = ReviewersReminded(
        reviewed=step.dossier.subject,
        dossier_id=step.dossier_id,
        step_id=step.pk,
        role=step.role,
        times=step.reminders,
        overdue=step.due_at is not None and step.due_at < now,
    )
    facts.record(event, at=now, by=by, branch_id=step.dossier.branch_id)
