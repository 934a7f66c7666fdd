"""Claims are judged by what was claimed before."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from huiqun.foundation.models import Fact
from huiqun.risk import actions
from huiqun.risk.models import Case, Judgement
from huiqun.risk.queries.signals import known_of
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import ClaimRefused, ProofNeeded
from huiqun.risk.rules.signals import SIGNALS
from tests.makers.customers import make_customer
from tests.makers.risk import claim_signals, make_active, make_judgement

DEVICE, ADDRESS, PAYEE, DOCUMENT = ("d" * 32, "a" * 32, "p" * 32, "i" * 32)
pytestmark = pytest.mark.django_db


def crowd(branch: Any, size: int, at: datetime, **over: Any) -> None:
    for _ in range(size):
        make_judgement(customer=make_customer(branch=branch), at=at, **over)


def test_an_ordinary_claim_is_allowed_and_written_down(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    judged = actions.judge_claim(signals=claim_signals(customer, device=DEVICE), now=now)
    assert judged.outcome == Outcome.ALLOW
    row = Judgement.objects.get(pk=judged.judgement_id)
    assert (row.customer_id, row.device, row.outcome, row.scorecard_id) == (
        customer.pk,
        DEVICE,
        "allow",
        None,
    )
    assert row.signals["account_days"] == (date(2026, 11, 20) - customer.opened_date).days
    assert set(row.signals) <= set(SIGNALS)


def test_each_signal_counts_what_it_says(north: Any, now: datetime) -> None:
    me, referrer = make_customer(branch=north, opened_date=date(2026, 11, 19)), make_customer(branch=north)
    for seconds, over in (
        (30, {"device": DEVICE}),
        (1_800, {"device": DEVICE, "address": ADDRESS}),
        (7_200, {"device": DEVICE, "address": ADDRESS}),
        (3 * 86_400, {"device": DEVICE}),
        (8 * 86_400, {"device": DEVICE}),
        (20, {"address": ADDRESS, "payee": PAYEE}),
        (40 * 86_400, {"payee": PAYEE, "document": DOCUMENT}),
        (100 * 86_400, {"document": DOCUMENT}),
    ):
        crowd(north, 1, now - timedelta(seconds=seconds), **over)
    make_judgement(customer=referrer, at=now - timedelta(days=20), device=DEVICE)
    for back in (1, 2, 3):
        make_judgement(customer=me, at=now - timedelta(days=back, hours=1))
    for _ in range(4):
        make_judgement(customer=me, at=now - timedelta(seconds=20), device=DEVICE)
    signals = claim_signals(
        me, device=DEVICE, address=ADDRESS, payee=PAYEE, document=DOCUMENT, referrer_id=referrer.pk
    )
    assert known_of(signals, now=now).values == {
        "device_claims_minute": 5,
        "device_claims_hour": 6,
        "device_claims_day": 7,
        "device_people_week": 4,
        "address_claims_minute": 1,
        "address_claims_hour": 2,
        "address_people_hour": 2,
        "customer_claims_minute": 4,
        "customer_claims_day": 4,
        "customer_pace": 5.0,
        "payee_people": 2,
        "document_people": 1,
        "ring_size": 0,
        "referrer_device": 1,
        "account_days": 1,
        "value_fen": 4_000,
    }


def test_what_is_not_known_is_not_counted(north: Any, now: datetime) -> None:
    crowd(north, 5, now - timedelta(seconds=5))
    values = known_of(claim_signals(make_customer(branch=north, opened_date=None)), now=now).values
    unknown = {name for name, value in values.items() if value is None}
    assert unknown == {
        "device_claims_minute", "device_claims_hour", "device_claims_day", "device_people_week",
        "address_claims_minute", "address_claims_hour", "address_people_hour",
        "payee_people", "document_people", "referrer_device", "account_days", "customer_pace",
    }  # fmt: skip


def test_claims_of_the_future_are_not_seen(north: Any, now: datetime) -> None:
    """A clock that is off by hours must not make signals of claims that have not been made."""
    crowd(north, 5, now + timedelta(hours=3), device=DEVICE)
    values = known_of(claim_signals(make_customer(branch=north), device=DEVICE), now=now).values
    assert values["device_claims_day"] == 0


def test_many_customers_on_one_device_are_challenged_held_and_refused(north: Any, now: datetime) -> None:
    signals = claim_signals(make_customer(branch=north, opened_date=now.date()), device=DEVICE)
    seen = []
    for more in (0, 3, 2, 5):
        crowd(north, more, now - timedelta(hours=2), device=DEVICE)
        seen.append(actions.judge_claim(signals=signals, now=now).outcome)
    assert seen == [Outcome.ALLOW, Outcome.CHALLENGE, Outcome.HOLD, Outcome.REFUSE]


def test_a_challenge_is_passed_by_who_has_just_given_a_code(north: Any, now: datetime) -> None:
    crowd(north, 3, now - timedelta(hours=2), device=DEVICE)
    customer = make_customer(branch=north, opened_date=now.date())
    judged = actions.judge_claim(signals=claim_signals(customer, device=DEVICE), now=now)
    with pytest.raises(ProofNeeded):
        judged.require_passed()
    proved = actions.judge_claim(signals=claim_signals(customer, device=DEVICE, proved=True), now=now)
    assert (proved.outcome, proved.points) == (Outcome.ALLOW, judged.points)


def test_what_is_refused_is_written_down_though_the_claim_was_undone(north: Any, now: datetime) -> None:
    crowd(north, 10, now - timedelta(hours=2), device=DEVICE)
    customer = make_customer(branch=north)
    with pytest.raises(ClaimRefused), transaction.atomic():
        judged = actions.judge_claim(signals=claim_signals(customer, device=DEVICE), now=now)
        assert judged.judgement_id is None
        judged.require_passed()
    first = actions.note_stopped(judged=judged, now=now)
    again = actions.note_stopped(judged=judged, now=now + timedelta(minutes=1))
    later = actions.note_stopped(judged=judged, now=now + timedelta(minutes=20))
    assert first == again != later
    assert Judgement.objects.get(pk=first).times == 2
    facts = Fact.objects.filter(kind="risk.ClaimStopped")
    assert [fact.body["judgement_id"] for fact in facts.order_by("id")] == [first, later]


def test_a_held_claim_opens_one_case_with_a_clock(north: Any, now: datetime) -> None:
    crowd(north, 5, now - timedelta(hours=2), device=DEVICE)
    customer = make_customer(branch=north)
    judged = actions.judge_claim(signals=claim_signals(customer, device=DEVICE), now=now)
    assert judged.outcome == Outcome.HOLD
    case_id = actions.hold_claim(judged=judged, reference="claim:7", now=now)
    assert actions.hold_claim(judged=judged, reference="claim:7", now=now) == case_id
    case = Case.objects.get()
    assert (case.reference, case.judgement_id, case.customer_id) == (
        "claim:7",
        judged.judgement_id,
        customer.pk,
    )
    assert case.due_at == now + timedelta(days=3), "from Friday ten o'clock to Monday ten o'clock"
    assert Fact.objects.filter(kind="risk.ClaimHeld").count() == 1


def test_the_version_in_force_judges_and_is_named(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    signals = claim_signals(customer, value_fen=100)
    before = now - timedelta(hours=1)
    one = make_active(branch=north, now=before, bands=[["value_fen", 50, 500]])
    other = make_active(branch=north, now=before + timedelta(minutes=5), bands=[["value_fen", 5_000, 500]])
    early = actions.judge_claim(signals=signals, now=before + timedelta(minutes=1))
    assert (early.outcome, early.scorecard_id, early.reason) == (Outcome.REFUSE, one.pk, "value_fen")
    late = actions.judge_claim(signals=signals, now=now)
    assert (late.outcome, late.scorecard_id) == (Outcome.ALLOW, other.pk)
    assert Judgement.objects.get(pk=late.judgement_id).scorecard_id == other.pk


def test_takes_two_statements(north: Any, now: datetime) -> None:
    signals = claim_signals(make_customer(branch=north), device=DEVICE, address=ADDRESS)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        actions.judge_claim(signals=signals, now=now)
    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) == 2


@pytest.mark.parametrize("name", [*SIGNALS, "frozen", ""])
def test_nobody_is_stopped_in_silence(name: str, north: Any, now: datetime, phone_of: Any) -> None:
    """Every refusal says why, and where to appeal; the appeal is taken."""
    customer = make_customer(branch=north)
    judged = actions.Judged(
        signals=claim_signals(customer),
        outcome=Outcome.REFUSE,
        points=100,
        reason=name,
        values={},
        scorecard_id=None,
    )
    with pytest.raises(ClaimRefused) as refused:
        judged.require_passed()
    assert len(str(refused.value.values["reason"])) > 10
    assert "Safety" in refused.value.sentence and refused.value.leads_to == "risk_my:judgements"
    judgement_id = actions.note_stopped(judged=judged, now=now)
    assert actions.appeal(judgement_id=judgement_id, customer_id=customer.pk, words="请复核", now=now)


def test_judging_is_all_or_nothing(north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the last step fails")

    crowd(north, 5, now - timedelta(hours=2), device=DEVICE)
    before = Judgement.objects.count()
    monkeypatch.setattr("huiqun.risk.actions.judging.facts.record", breaks)
    with pytest.raises(RuntimeError), transaction.atomic():
        judged = actions.judge_claim(
            signals=claim_signals(make_customer(branch=north), device=DEVICE), now=now
        )
        actions.hold_claim(judged=judged, reference="claim:1", now=now)
    assert (Judgement.objects.count(), Case.objects.count()) == (before, 0)
