"""How much counts for a pledge, day by day: from the accounts that the bank delivers, or from claims."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate

from huiqun.benefits.models import Claim, Pledge
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.pledges import PledgePer
from huiqun.foundation import lake
from huiqun.foundation.models import Branch
from huiqun.lib.days import BANK_ZONE, end_of_day, start_of_day

COUNTED = (ClaimState.CLAIMED, ClaimState.USED, ClaimState.EXPIRED)


def counts_by_day(pledge: Pledge, *, today: date) -> Mapping[date, int]:
    """Of the pledge's days so far. :raises VersionGone"""
    last = min(pledge.last_date, today)
    if last < pledge.first_date:
        return {}
    if pledge.per == PledgePer.CLAIM:
        return _claims(pledge, last)
    return _accounts(pledge, last)


def _claims(pledge: Pledge, last: date) -> dict[date, int]:
    rows = Claim.objects.filter(
        benefit=pledge.benefit,
        state__in=COUNTED,
        claimed_at__gte=start_of_day(pledge.first_date),
        claimed_at__lt=end_of_day(last),
    )
    by_day = rows.values_list(TruncDate("claimed_at", tzinfo=BANK_ZONE)).annotate(count=Count("pk"))
    return dict(by_day.order_by())


def _accounts(pledge: Pledge, last: date) -> dict[date, int]:
    """Customers by the day of their first account; a pledge of the head office counts those of the whole bank."""
    within = ""
    if pledge.branch.path.count(".") > 1:
        ids = _listed(Branch.objects.filter(path__startswith=pledge.branch.path).values_list("pk", flat=True))
        within = f" AND branch_id IN ({ids})"
    with lake.connect(reach=lake.HERE) as connection:
        rows = connection.execute(
            "SELECT opened_date, count(DISTINCT customer_id) FROM profiles"
            f" WHERE opened_date BETWEEN ? AND ?{within} GROUP BY 1",
            [pledge.first_date, last],
        ).fetchall()
    return dict(rows)


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in ids) or "NULL"
