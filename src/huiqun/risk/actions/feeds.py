"""Cases from what the bank delivered: every night, each once."""

from datetime import date, datetime, timedelta

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Branch
from huiqun.lib.days import local_date
from huiqun.risk.actions.cases import open_case
from huiqun.risk.events import CaseRaised
from huiqun.risk.models import Case
from huiqun.risk.queries.feeds import LargeTransfer, Openings, large_transfers, many_openings
from huiqun.risk.rules.feeds import CASE_HOURS, LOOKED_BACK_DAYS
from huiqun.risk.rules.states import CaseKind


def raise_cases(*, now: datetime) -> int:
    """Look at the last days' deliveries; how many cases were new. Repeated, none is."""
    today = local_date(now)
    days = [today - timedelta(days=back) for back in range(LOOKED_BACK_DAYS, 0, -1)]
    return sum(_raise_of(day, now) for day in days)


@transaction.atomic
def _raise_of(day: date, now: datetime) -> int:
    transfers = {f"transfer:{each.customer_id}:{day}": each for each in large_transfers(day)}
    openings = {f"openings:{each.branch_id}:{day}": each for each in many_openings(day)}
    known = set(Case.objects.filter(key__in=[*transfers, *openings]).values_list("key", flat=True))
    branches = set(Branch.objects.values_list("pk", flat=True))
    new = 0
    for key, transfer in transfers.items():
        if key not in known and transfer.branch_id in branches:
            _raise_transfer(key, transfer, now)
            new += 1
    for key, opened in openings.items():
        if key not in known and opened.branch_id in branches:
            _raise_openings(key, opened, now)
            new += 1
    return new


def _raise_transfer(key: str, found: LargeTransfer, now: datetime) -> None:
    case = open_case(
        kind=CaseKind.LARGE_TRANSFER,
        key=key,
        branch_id=found.branch_id,
        hours=CASE_HOURS,
        now=now,
        customer_id=found.customer_id,
        seen={
            "day": found.day.isoformat(),
            "amount_fen": found.amount_fen,
            "largest_fen": found.largest_fen,
            "count": found.count,
        },
    )
    _tell(case, now)


def _raise_openings(key: str, found: Openings, now: datetime) -> None:
    case = open_case(
        kind=CaseKind.OPENINGS,
        key=key,
        branch_id=found.branch_id,
        hours=CASE_HOURS,
        now=now,
        seen={
            "day": found.day.isoformat(),
            "count": found.anomaly.seen,
            "expected": round(found.anomaly.expected, 1),
            "days": found.anomaly.days,
        },
    )
    _tell(case, now)


def _tell(case: Case, now: datetime) -> None:
    event = CaseRaised(case_id=case.pk, case_kind=case.kind, key=f"{case.kind}:{case.seen['day']}")
    facts.record(event, at=now, branch_id=case.branch_id)
