"""What runs out of time: set-based, every night; and those who are reminded before."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from huiqun.benefits.events_of_pieces import BenefitExpiring, BenefitsExpired
from huiqun.benefits.models import Benefit, Claim, CodeState, PoolCode
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.kinds import GIVEN_AT_ONCE
from huiqun.benefits.rules.life import reminded_day
from huiqun.benefits.rules.states import USABLE
from huiqun.foundation import facts
from huiqun.lib.days import local_date
from huiqun.lib.merkle import root

BATCH = 10_000
AT_ONCE = [kind.value for kind in GIVEN_AT_ONCE]
"""With these nothing is left to be used: they do not expire, they are done."""
EXPIRE = """
WITH old AS (
    SELECT id, state FROM benefits_claim
    WHERE state IN ('granted', 'claimed') AND expires_on < %(today)s
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE benefits_claim c SET ended_at = %(now)s, is_released = (old.state = 'granted'),
    state = CASE WHEN old.state = 'claimed' AND b.kind = ANY(%(at_once)s) THEN 'used' ELSE 'expired' END
FROM old, benefits_benefit b WHERE c.id = old.id AND b.id = c.benefit_id
RETURNING c.benefit_id, c.id, old.state, c.state
"""
DATE_OLD = """
UPDATE benefits_claim c SET expires_on = b.use_last_date FROM benefits_benefit b
WHERE c.expires_on IS NULL AND c.benefit_id = b.id AND c.state IN ('granted', 'claimed')
"""


def expire_claims(*, now: datetime, batch: int = BATCH) -> int:
    """End all pieces whose last day is over; how many. Each batch is a transaction of its own; safe to repeat.

    What was granted and never accepted goes back into stock, with its code, which nobody has seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(DATE_OLD)
    ended = 0
    while found := _expire(now, batch):
        ended += found
    return ended


@transaction.atomic
def _expire(now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"today": local_date(now), "now": now, "limit": batch, "at_once": AT_ONCE}
        cursor.execute(EXPIRE, values)
        rows = cursor.fetchall()
    by_benefit: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for benefit_id, claim_id, before, after in sorted(rows):
        if after == ClaimState.EXPIRED:
            by_benefit[benefit_id].append((claim_id, before == ClaimState.GRANTED))
    for benefit_id, ended in sorted(by_benefit.items()):
        _tell(benefit_id, ended, now)
    return len(rows)


def _tell(benefit_id: int, ended: list[tuple[int, bool]], now: datetime) -> None:
    waiting = [claim_id for claim_id, was_granted in ended if was_granted]
    if waiting:
        codes = PoolCode.objects.filter(claim_id__in=waiting, state=CodeState.TAKEN)
        codes.update(state=CodeState.FREE, claim=None, taken_at=None)
        Benefit.objects.put_back(benefit_id, len(waiting))
    benefit = Benefit.objects.only("subject", "branch_id").get(pk=benefit_id)
    event = BenefitsExpired(
        benefit_id=benefit_id,
        offered_by=benefit.subject,
        count=len(ended),
        put_back=len(waiting),
        root=root(str(claim_id).encode() for claim_id, _ in ended).hex(),
    )
    facts.record(event, at=now, branch_id=benefit.branch_id)


def remind_expiring(*, now: datetime) -> int:
    """Tell of the pieces whose last day is three days away, one fact for each benefit and day; how many facts."""
    day = reminded_day(local_date(now))
    rows = (
        Claim.objects.filter(state__in=USABLE, expires_on=day).exclude(benefit__kind__in=AT_ONCE).order_by()
    )
    counts = dict(rows.values_list("benefit_id").annotate(n=Count("id")))
    return sum(_remind(benefit_id, count, day, now) for benefit_id, count in sorted(counts.items()))


@transaction.atomic
def _remind(benefit_id: int, count: int, day: object, now: datetime) -> bool:
    new = Benefit.objects.filter(Q(reminded_of=None) | Q(reminded_of__lt=day), pk=benefit_id)
    if not new.update(reminded_of=day):
        return False
    benefit = Benefit.objects.only("subject", "branch_id").get(pk=benefit_id)
    event = BenefitExpiring(benefit_id=benefit_id, offered_by=benefit.subject, last_day=str(day), count=count)
    facts.record(event, at=now, branch_id=benefit.branch_id)
    return True
