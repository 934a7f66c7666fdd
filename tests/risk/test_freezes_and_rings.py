"""What is frozen claims nothing until its end; groups of linked customers are found, and may be found harmless."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotYours
from huiqun.risk import actions
from huiqun.risk.models import Freeze, FrozenKey, Ring
from huiqun.risk.queries.signals import known_of
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import (
    FreezeEmpty,
    FreezeEndWrong,
    FreezeNotFound,
    FreezeOver,
    ReasonMissing,
    RingNotFound,
)
from tests.makers.customers import make_customer
from tests.makers.risk import (
    claim_signals,
    make_freeze,
    make_judgement,
    make_officer,
    make_refused,
    make_ring,
)

DEVICE = "f" * 32
pytestmark = pytest.mark.django_db


def frozen(customer: Any, now: datetime, **over: Any) -> bool:
    return actions.judge_claim(signals=claim_signals(customer, **over), now=now).reason == "frozen"


def test_a_frozen_device_claims_nothing_until_the_end(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_freeze(branch=north, now=now, device=DEVICE)
    later = now + timedelta(minutes=1)
    judged = actions.judge_claim(signals=claim_signals(customer, device=DEVICE), now=later)
    assert (judged.outcome, judged.reason) == (Outcome.REFUSE, "frozen")
    assert not frozen(customer, later, device="0" * 32)
    assert not frozen(customer, later)
    assert not frozen(customer, now + timedelta(days=8), device=DEVICE), "it ends by itself"


def test_a_lifted_freeze_lets_claims_pass(north: Any, now: datetime) -> None:
    customer, officer = make_customer(branch=north), make_officer(north)
    freeze_id = make_freeze(branch=north, now=now, device=DEVICE)
    with pytest.raises(ReasonMissing):
        actions.lift_freeze(freeze_id=freeze_id, reason=" ", by=officer, now=now)
    actions.lift_freeze(freeze_id=freeze_id, reason="误判", by=officer, now=now + timedelta(minutes=5))
    assert not frozen(customer, now + timedelta(minutes=6), device=DEVICE)
    with pytest.raises(FreezeOver):
        actions.lift_freeze(freeze_id=freeze_id, reason="再次", by=officer, now=now + timedelta(minutes=7))
    kinds = Fact.objects.filter(subject=f"freeze:{freeze_id}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["risk.FreezeMade", "risk.FreezeLifted"]


def test_a_group_is_frozen_by_the_judgement_of_one_of_them(north: Any, south: Any, now: datetime) -> None:
    """Customers of other branches stay out of an officer's reach; the device they share does not."""
    mine, theirs = [make_customer(branch=north) for _ in range(3)], make_customer(branch=south)
    for each in (*mine, theirs):
        make_judgement(customer=each, at=now - timedelta(hours=1), device=DEVICE)
    judgement = make_refused(customer=mine[0], at=now, device=DEVICE)
    officer = make_officer(north)
    what = actions.of_judgement(judgement.pk, people=True, by=officer)
    actions.freeze(what=what, reason="团伙", until=now + timedelta(days=1), by=officer, now=now)
    keys = FrozenKey.objects.values_list("customer_id", flat=True).filter(kind="customer")
    assert sorted(keys) == sorted(each.pk for each in mine)
    later = now + timedelta(minutes=1)
    assert all(frozen(each, later) for each in mine)
    assert not frozen(theirs, later)
    assert frozen(theirs, later, device=DEVICE)


@pytest.mark.parametrize("hours", [0, 0.5, 91 * 24, -5])
def test_refuses_an_end_that_is_none(hours: float, north: Any, risk_officer: Any, now: datetime) -> None:
    what = [actions.ToFreeze(actions.FrozenKind.DEVICE, DEVICE)]
    with pytest.raises(FreezeEndWrong):
        actions.freeze(what=what, reason="异常", until=now + timedelta(hours=hours), by=risk_officer, now=now)
    assert not Freeze.objects.exists()


def test_refuses_nothing_no_reason_and_no_officer(
    north: Any, south: Any, marketer: Any, risk_officer: Any, now: datetime
) -> None:
    until, device = now + timedelta(days=1), [actions.ToFreeze(actions.FrozenKind.DEVICE, DEVICE)]
    with pytest.raises(FreezeEmpty):
        actions.freeze(what=[], reason="异常", until=until, by=risk_officer, now=now)
    unknown = [
        actions.ToFreeze(actions.FrozenKind.DEVICE, ""),
        actions.ToFreeze(actions.FrozenKind.CUSTOMER, "x"),
    ]
    with pytest.raises(FreezeEmpty):
        actions.freeze(what=unknown, reason="异常", until=until, by=risk_officer, now=now)
    with pytest.raises(ReasonMissing):
        actions.freeze(what=device, reason="", until=until, by=risk_officer, now=now)
    with pytest.raises(NotYours):
        actions.freeze(what=device, reason="异常", until=until, by=marketer, now=now)
    assert not Freeze.objects.exists()
    freeze_id = make_freeze(branch=north, now=now)
    with pytest.raises(FreezeNotFound):
        actions.lift_freeze(freeze_id=freeze_id, reason="越权", by=make_officer(south), now=now)


def test_those_who_share_a_device_are_found_once_and_weigh_in_claims(north: Any, now: datetime) -> None:
    ring = make_ring(branch=north, now=now)
    assert (ring.kind, ring.size) == ("shared", 4)
    assert actions.find_rings(now=now) == 0, "the same group is no news"
    member = ring.members.first().customer
    assert known_of(claim_signals(member), now=now).values["ring_size"] == 4
    assert known_of(claim_signals(make_customer(branch=north)), now=now).values["ring_size"] == 0
    assert Fact.objects.filter(kind="risk.RingFound").count() == 1


def test_a_group_found_harmless_weighs_nothing_any_more(north: Any, south: Any, now: datetime) -> None:
    ring, officer = make_ring(branch=north, now=now), make_officer(north)
    with pytest.raises(RingNotFound):
        actions.dismiss_ring(ring_id=ring.pk, reason="家庭", by=make_officer(south), now=now)
    actions.dismiss_ring(ring_id=ring.pk, reason="一家人共用平板", by=officer, now=now)
    assert actions.find_rings(now=now) == 0
    assert known_of(claim_signals(ring.members.first().customer), now=now).values["ring_size"] == 0
    assert Ring.objects.get().dismissed_by == officer


def test_a_circle_is_noted_once(north: Any, now: datetime) -> None:
    ids = [make_customer(branch=north).pk for _ in range(3)]
    assert actions.note_circle(customer_ids=ids, now=now)
    assert not actions.note_circle(customer_ids=reversed(ids), now=now)
    assert Ring.objects.get().kind == "circle"
