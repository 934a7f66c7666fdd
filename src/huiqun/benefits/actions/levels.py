"""Who is told when stock runs low, once until there is more."""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, When
from django.urls import reverse

from huiqun.benefits.events_of_pieces import BenefitStockLow, StockLevelSet
from huiqun.benefits.models import Benefit
from huiqun.benefits.queries.offers import visible_benefit
from huiqun.benefits.queries.stock import code_counts
from huiqun.benefits.rules import Codes
from huiqun.foundation import facts, notices
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role

USUAL_SHARE = 10
"""Without a level of its own, a tenth of the quantity."""


@transaction.atomic
def set_level(*, benefit_id: int, level: int, by: Staff, now: datetime) -> None:
    """:raises BenefitNotFound"""
    benefit = visible_benefit(benefit_id, by)
    Benefit.objects.filter(pk=benefit_id).update(warn_below=min(level, 10_000_000), warned_at=None)
    fact = StockLevelSet(benefit_id=benefit_id, level=level)
    facts.record(fact, at=now, by=by, branch_id=benefit.branch_id)


def watch_stock(*, now: datetime) -> int:
    """Tell the planners of each open benefit of which few are left; how many benefits. Safe to repeat."""
    usual = When(warn_below=None, then=F("quantity") / USUAL_SHARE)
    level = Case(usual, default=F("warn_below"), output_field=IntegerField())
    rows = Benefit.objects.exclude(frozen_digest="").filter(
        warned_at=None, claim_start_at__lte=now, claim_end_at__gt=now
    )
    watched = rows.annotate(level=level).filter(
        Q(claimed__gt=F("quantity") - F("level")) | Q(codes=Codes.POOL)
    )
    found = list(watched.select_related("branch").order_by("pk"))
    counts = code_counts([row.pk for row in found if row.codes == Codes.POOL])
    told = 0
    for row in found:
        free = counts[row.pk].free if row.pk in counts else 0
        left = min(row.left, free) if row.codes == Codes.POOL else row.left
        if left < row.level:
            told += _tell(row, left, row.level, now)
    return told


@transaction.atomic
def _tell(benefit: Benefit, left: int, level: int, now: datetime) -> bool:
    if not Benefit.objects.filter(pk=benefit.pk, warned_at=None).update(warned_at=now):
        return False
    fact = BenefitStockLow(benefit_id=benefit.pk, left=left, level=level)
    fact_id = facts.record(fact, at=now, branch_id=benefit.branch_id)
    planners = Staff.objects.with_role(Role.MARKETER).filter(branch_id=benefit.branch_id)
    notices.tell(
        fact.kind(),
        fact_id,
        to=planners,
        values={"name": benefit.name, "left": f"{left:,}"},
        link=reverse("benefits:stock_page", args=[benefit.pk]),
        at=now,
    )
    return True
