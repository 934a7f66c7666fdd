"""The clocks of cases: who is told when time runs out. Each level is told once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from huiqun.feedback.events import CaseReminded
from huiqun.feedback.models import Case
from huiqun.feedback.queries.cases import colleagues
from huiqun.feedback.rules.cases import (
    SOON_DAYS,
    UNANSWERED,
    CaseState,
    Clock,
    Kind,
    remind_at,
)
from huiqun.foundation import facts, notices
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.business_hours import last_working_day_up_to
from huiqun.lib.days import local_date

REMINDED = CaseReminded.kind()


def remind_cases(*, now: datetime) -> int:
    """Look at every open case whose clocks may have something to say; how many were told of."""
    return sum(_remind(pk, now) for pk in _candidates(now))


def _candidates(now: datetime) -> list[int]:
    """Two thirds of the time are over, or the regulator's last days have come (a working day before, if need be)."""
    waiting = Q(state__in=UNANSWERED, level__lt=2) & Q(
        answer_due_at__lte=now + (F("answer_due_at") - F("began_at")) / 3
    )
    nearly = Q(level__lt=3, decide_due_date__lte=local_date(now) + timedelta(days=SOON_DAYS + 12))
    rows = Case.objects.exclude(state=CaseState.CLOSED).filter(waiting | nearly)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(case_id: int, now: datetime) -> bool:
    case = (
        Case.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("branch", "assigned_to")
        .filter(pk=case_id)
        .first()
    )
    level = level_now(case, now) if case else 0
    if case is None or level <= case.level:
        return False
    case.level = level
    case.save(update_fields=("level",))
    told = _whom(case, level)
    fact = CaseReminded(case_id=case.pk, level=level, told=len(told))
    fact_id = facts.record(fact, at=now, branch_id=case.branch_id)
    notices.tell(
        REMINDED,
        fact_id,
        to=told,
        values={"case": case.number, "level": level},
        link=reverse("feedback:case_page", args=[case.pk]),
        at=now,
    )
    return True


def level_now(case: Case, now: datetime) -> int:
    """1: two thirds of the time to answer are over; 2: all of it; 3: three days are left to the regulator's last day."""
    if case.state == CaseState.CLOSED:
        return 0
    if case.kind == Kind.COMPLAINT and case.decide_due_date is not None:
        first = last_working_day_up_to(case.decide_due_date - timedelta(days=SOON_DAYS))
        if local_date(now) >= first:
            return 3
    clock = case.clock_of_answer(now)
    if clock == Clock.LATE:
        return 2
    soon = now >= remind_at(received_at=case.began_at, answer_due_at=case.answer_due_at)
    return 1 if soon and case.answered_at is None else 0


def _whom(case: Case, level: int) -> list[Staff]:
    """First whoever has it, or the branch's desk; then all desks above; then compliance and risk as well."""
    desk = colleagues(case)
    if level == 1:
        mine = [each for each in desk if each.pk == case.assigned_to_id]
        return mine or desk
    if level == 2:
        return desk
    above = [
        each
        for role in (Role.COMPLIANCE_REVIEWER, Role.RISK_OFFICER)
        for each in Staff.objects.with_role(role).select_related("branch")
        if each.branch and each.branch.covers(case.branch)
    ]
    return [*desk, *above]
