"""Reading referral programmes and what came of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from huiqun.benefits.models import Referral, ReferralLink, ReferralProgramme
from huiqun.benefits.rules.referral import InviteNotFound, ProgrammeNotFound
from huiqun.customers import queries as customers
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import covering
from huiqun.lib.days import local_date

MOST_BRANCHES = 50
MOST_LEAVES = 200


@dataclass
class Branch:
    """One referrer with whom they brought. ``value_fen`` is what both sides were given."""

    referrer_id: int
    rewarded: int = 0
    refused: int = 0
    waiting: int = 0
    value_fen: int = 0
    brought: list[Referral] = field(default_factory=list)


def programme_rows(staff: Staff) -> Any:
    counted = Count("referrals"), Count("referrals", filter=Q(referrals__state="rewarded"))
    return ReferralProgramme.objects.visible_to(staff).annotate(brought=counted[0], rewarded=counted[1])


def visible_programme(programme_id: int, staff: Staff) -> ReferralProgramme:
    """:raises ProgrammeNotFound"""
    rows = ReferralProgramme.objects.visible_to(staff).select_related(
        "referrer_benefit", "referee_benefit", "made_by", "opened_by", "branch"
    )
    found: ReferralProgramme | None = rows.filter(pk=programme_id).first()
    if found is None:
        raise ProgrammeNotFound()
    return found


def open_programmes(*, customer_id: int, now: datetime) -> list[ReferralProgramme]:
    """Those of the customer's branch or one above it."""
    today = local_date(now)
    rows = ReferralProgramme.objects.exclude(opened_at=None).filter(
        covering(customers.branch_path(customer_id=customer_id)),
        ended_at=None,
        first_day__lte=today,
        last_day__gte=today,
    )
    return list(rows.select_related("referrer_benefit", "referee_benefit").order_by("pk"))


def tree(programme: ReferralProgramme) -> list[Branch]:
    """Referrers who brought the most, the newest of whom first; one level, for there is no other."""
    rows = Referral.objects.filter(programme=programme)
    counted = rows.values("referrer_id").annotate(
        rewarded=Count("id", filter=Q(state="rewarded")),
        refused=Count("id", filter=Q(state__in=("refused", "reversed"))),
        waiting=Count("id", filter=Q(state__in=("held", "stuck"))),
        every=Count("id"),
    )
    top = list(counted.order_by("-every", "referrer_id")[:MOST_BRANCHES])
    both = programme.referrer_benefit.value_fen + programme.referee_benefit.value_fen
    leaves: dict[int, list[Referral]] = defaultdict(list)
    ids = [row["referrer_id"] for row in top]
    for referral in rows.filter(referrer__in=ids).order_by("-pk")[:MOST_LEAVES]:
        leaves[referral.referrer_id].append(referral)
    return [
        Branch(
            referrer_id=row["referrer_id"],
            rewarded=row["rewarded"],
            refused=row["refused"],
            waiting=row["waiting"],
            value_fen=row["rewarded"] * both,
            brought=leaves[row["referrer_id"]],
        )
        for row in top
    ]


def link_of(token: str) -> ReferralLink:
    """:raises InviteNotFound"""
    rows = ReferralLink.objects.select_related("programme__referrer_benefit", "programme__referee_benefit")
    found: ReferralLink | None = rows.filter(token=token[:24]).first()
    if found is None:
        raise InviteNotFound()
    return found


def brought_by(programme_id: int, customer_id: int) -> dict[str, int]:
    """How many a customer brought, by state."""
    rows = Referral.objects.filter(programme_id=programme_id, referrer_id=customer_id)
    return dict(rows.order_by().values_list("state").annotate(Count("id")))
