"""Judgements, cases and scorecards for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from huiqun.foundation.models import Branch
from huiqun.risk import actions
from huiqun.risk.models import Case, Judgement, Ring, ScorecardVersion
from huiqun.risk.rules.scorecards import AS_DELIVERED
from huiqun.risk.rules.signals import ClaimSignals
from tests.conftest import make_staff
from tests.makers.customers import make_customer

THEN = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
_numbers = count(1)


def claim_signals(customer: Any, **over: Any) -> ClaimSignals:
    values: dict[str, Any] = {
        "subject": "campaign:1",
        "benefit_id": 1,
        "customer_id": customer.pk,
        "branch_id": customer.branch_id,
        "opened_date": customer.opened_date,
        "value_fen": 4_000,
    }
    return ClaimSignals(**(values | over))


def make_judgement(*, customer: Any, at: datetime = THEN, **over: Any) -> Judgement:
    """A claim that was judged before; allowed unless said otherwise."""
    values: dict[str, Any] = {
        "at": at,
        "customer": customer,
        "branch_id": customer.branch_id,
        "subject": "campaign:1",
        "benefit_id": 1,
        "outcome": "allow",
        "value_fen": 4_000,
    }
    return Judgement.objects.create(**(values | over))


def make_refused(*, customer: Any, at: datetime = THEN, **over: Any) -> Judgement:
    values = {"outcome": "refuse", "reason": "device_people_week", "points": 120, "device": "d" * 32}
    return make_judgement(customer=customer, at=at, **(values | over))


def make_held(*, customer: Any, now: datetime = THEN, reference: str = "") -> Case:
    """A claim that waits for an officer, by the ordinary action."""
    row = make_judgement(customer=customer, at=now, outcome="hold", reason="payee_people", points=65)
    judged = actions.Judged(
        signals=claim_signals(customer),
        outcome=actions.Outcome.HOLD,
        points=65,
        reason="payee_people",
        values={},
        scorecard_id=None,
        judgement_id=row.pk,
    )
    case_id = actions.hold_claim(judged=judged, reference=reference or f"claim:{row.pk}", now=now)
    return Case.objects.get(pk=case_id)


def make_case(*, branch: Branch) -> Case:
    return make_held(customer=make_customer(branch=branch))


def make_officer(branch: Branch) -> Any:
    return make_staff(f"risk{next(_numbers)}", branch, "risk_officer")


def make_draft(*, by: Any, now: datetime = THEN, **over: Any) -> ScorecardVersion:
    card = {**AS_DELIVERED.plain(), **over}
    scorecard_id = actions.draft_scorecard(card=card, note="试行", by=by, now=now)
    return ScorecardVersion.objects.get(pk=scorecard_id)


def make_active(*, branch: Branch, now: datetime = THEN, **over: Any) -> ScorecardVersion:
    """A version in force, by the ordinary way of two officers."""
    one, other = make_officer(branch), make_officer(branch)
    draft = make_draft(by=one, now=now, **over)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=one, now=now)
    actions.propose_scorecard(scorecard_id=draft.pk, by=one, now=now)
    actions.activate_scorecard(scorecard_id=draft.pk, by=other, now=now)
    draft.refresh_from_db()
    return draft


def make_freeze(*, branch: Branch, now: datetime = THEN, device: str = "f" * 32) -> int:
    return actions.freeze(
        what=[actions.ToFreeze(actions.FrozenKind.DEVICE, device)],
        reason="批量注册设备",
        until=now + timedelta(days=7),
        by=make_officer(branch),
        now=now,
    )


def make_ring(*, branch: Branch, now: datetime = THEN) -> Ring:
    members = [make_customer(branch=branch) for _ in range(4)]
    for each in members:
        make_judgement(customer=each, at=now - timedelta(days=1), device="e" * 32)
    actions.find_rings(now=now)
    return Ring.objects.latest("pk")


ROUTE_OBJECTS = {
    "case_id": lambda branch: make_case(branch=branch).pk,
    "judgement_id": lambda branch: make_refused(customer=make_customer(branch=branch)).pk,
    "scorecard_id": lambda branch: make_draft(by=make_officer(branch)).pk,
    "freeze_id": lambda branch: make_freeze(branch=branch),
    "ring_id": lambda branch: make_ring(branch=branch).pk,
}
BANK_WIDE = ("scorecard_id",)
PHONE_OBJECTS = {"judgement_id": lambda customer: make_refused(customer=customer).pk}
