"""One dead gateway slows no other: an account that does not answer is left alone for a while.

Closed: send. Open: send nothing until the rest is over. Half open: one worker sends one message; what
becomes of it decides for all.
"""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from huiqun.delivery.events import ChannelAccountProbed, ChannelAccountRecovered, ChannelAccountTripped
from huiqun.delivery.models import Breaker, ChannelAccount
from huiqun.delivery.rules.doubt import PROBE_SECONDS, BreakerState, Health, after, rest
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


def allowed(account_id: int, wanted: int, *, now: datetime) -> int:
    """How many messages the account may be tried with now: all that are wanted, one, or none."""
    breaker: Breaker | None = Breaker.objects.filter(pk=account_id).first()
    if breaker is None or breaker.state == BreakerState.CLOSED:
        return wanted
    return 1 if wanted and _may_probe(breaker, now) else 0


@transaction.atomic
def _may_probe(breaker: Breaker, now: datetime) -> bool:
    """One conditional UPDATE chooses who tries. A prober that died is succeeded by another in time."""
    waiting = Q(state__in=(BreakerState.OPEN, BreakerState.HALF_OPEN), retry_at__lte=now)
    chosen = Breaker.objects.filter(waiting, pk=breaker.pk).update(
        state=BreakerState.HALF_OPEN, since_at=now, retry_at=now + timedelta(seconds=PROBE_SECONDS)
    )
    if chosen:
        fact = ChannelAccountProbed(account_id=breaker.pk)
        facts.record(fact, at=now, branch_id=_branch(breaker.pk))
    return bool(chosen)


def note(account_id: int, health: Health, *, now: datetime) -> None:
    """What a batch said about its account. Costs one look-up while all is well."""
    if not health.answered and not health.troubles_at_end:
        return
    known = Breaker.objects.filter(pk=account_id).values_list("state", "troubles").first()
    if known in (None, (BreakerState.CLOSED.value, 0)) and not health.troubles_at_end:
        return
    _note(account_id, health, now)


@transaction.atomic
def _note(account_id: int, health: Health, now: datetime) -> None:
    Breaker.objects.get_or_create(account_id=account_id, defaults={"since_at": now})
    breaker = Breaker.objects.select_for_update().get(pk=account_id)
    before = BreakerState(breaker.state)
    state, breaker.troubles = after(before, breaker.troubles, health)
    breaker.code = health.code[:60] or breaker.code
    if state != before:
        _change(breaker, state, now)
    breaker.save()


def _change(breaker: Breaker, state: BreakerState, now: datetime) -> None:
    breaker.state, breaker.since_at = state, now
    branch_id = _branch(breaker.pk)
    if state == BreakerState.OPEN:
        breaker.retry_at = now + rest(breaker.times, random.random())
        breaker.times += 1
        tripped = ChannelAccountTripped(account_id=breaker.pk, code=breaker.code, troubles=breaker.troubles)
        facts.record(tripped, at=now, branch_id=branch_id)
    else:
        breaker.retry_at, breaker.times, breaker.code = None, 0, ""
        facts.record(ChannelAccountRecovered(account_id=breaker.pk), at=now, branch_id=branch_id)


@transaction.atomic
def close_breaker(*, account_id: int, by: Staff, now: datetime) -> bool:
    """Somebody has seen to the gateway: send again at once; whether it had been resting."""
    breaker = Breaker.objects.select_for_update().filter(pk=account_id).first()
    if breaker is None or breaker.state == BreakerState.CLOSED:
        return False
    breaker.state, breaker.since_at, breaker.troubles = BreakerState.CLOSED, now, 0
    breaker.retry_at, breaker.times, breaker.code = None, 0, ""
    breaker.save()
    recovered = ChannelAccountRecovered(account_id=account_id)
    facts.record(recovered, at=now, by=by, branch_id=_branch(account_id))
    return True


def _branch(account_id: int) -> int | None:
    branch: int | None = (
        ChannelAccount.objects.filter(pk=account_id).values_list("branch_id", flat=True).first()
    )
    return branch
