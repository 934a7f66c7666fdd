"""Hot stock: a line that keeps the order, serves many at once, and tells people to wait instead of failing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits import actions, claiming, queries
from huiqun.benefits.actions import Attempt, further_piece
from huiqun.benefits.models import Benefit, Claim, Quota, Turn
from huiqun.benefits.rules import (
    BenefitNotFound,
    Judgement,
    LimitReached,
    NotByTapping,
    NotOpen,
    SoldOut,
    Verdict,
    WaitYourTurn,
    Way,
)
from huiqun.benefits.rules.turns import ask_again_after, retold, told
from huiqun.compliance import actions as compliance
from huiqun.compliance.rules.reviews import Stopped
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import Refusal
from tests.makers.benefits import make_benefit, make_claim
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def stand(benefit: Benefit, customer: Any, now: datetime, **attempt: str) -> actions.InLine:
    return actions.stand_in_line(
        benefit_id=benefit.pk, customer_id=customer.pk, now=now, attempt=Attempt(**attempt)
    )


def answer(place: actions.InLine, now: datetime) -> Any:
    try:
        return actions.await_turn(place=place, now=now, patience=0)
    except Refusal as refusal:
        return refusal


def test_who_comes_alone_is_served_at_once(north: Any, now: datetime) -> None:
    benefit, customer = (
        make_benefit(branch=north, quantity=2, subject="campaign:1"),
        make_customer(branch=north),
    )
    claimed = actions.claim_in_turn(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
    again = actions.claim_in_turn(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
    assert (claimed.is_new, again.is_new, again.claim_id) == (True, False, claimed.claim_id)
    benefit.refresh_from_db()
    assert (benefit.claimed, Claim.objects.get().code, Turn.objects.count()) == (1, claimed.code, 0)
    fact = facts.about("benefit", benefit.pk).get()
    assert (fact.body["claim_id"], fact.body["left"], fact.body["offered_by"]) == (
        claimed.claim_id,
        1,
        "campaign:1",
    )


def test_is_served_in_the_order_of_coming(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, quantity=3)
    places = [stand(benefit, make_customer(branch=north), now) for _ in range(5)]
    standing = [queries.place_of(benefit.pk, place.customer_id) for place in places]
    assert [each.before for each in standing if each] == [0, 1, 2, 3, 4]
    last = answer(places[4], now)
    assert isinstance(last, SoldOut)
    assert list(Claim.objects.order_by("id").values_list("customer_id", flat=True)) == [
        place.customer_id for place in places[:3]
    ]
    assert [fact.body["left"] for fact in Fact.objects.order_by("id")] == [2, 1, 0]
    assert isinstance(answer(places[0], now), actions.Claimed)
    fourth = answer(places[3], now)
    assert (fourth.code, str(fourth)) == ("benefits.sold_out", str(last))
    assert not Turn.objects.exists()


def test_a_place_is_kept_and_the_phone_is_told_when_to_ask_again(
    north: Any, now: datetime, monkeypatch: Any
) -> None:
    from huiqun.benefits.actions import turns

    monkeypatch.setattr(turns, "_is_mine", lambda _benefit_id: False)
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    stand(benefit, make_customer(branch=north), now)
    for _ in range(2):
        with pytest.raises(WaitYourTurn) as wait:
            actions.claim_in_turn(benefit_id=benefit.pk, customer_id=customer.pk, now=now, patience=0)
        assert (wait.value.values["place"], wait.value.status) == (1, 503)
    assert Turn.objects.count() == 2
    monkeypatch.undo()
    assert actions.serve_lines(now=now) == 2
    assert actions.claim_in_turn(benefit_id=benefit.pk, customer_id=customer.pk, now=now).is_new is False


def test_who_asked_in_time_is_in_time(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    place = stand(benefit, customer, benefit.claim_end_at - timedelta(seconds=1))
    assert answer(place, benefit.claim_end_at + timedelta(seconds=1)).is_new
    with pytest.raises(NotOpen):
        stand(benefit, make_customer(branch=north), benefit.claim_end_at)


@pytest.mark.parametrize(
    ("over", "refusal"),
    [({"frozen": False}, NotOpen), ({"way": Way.GRANT}, NotByTapping)],
)
def test_nobody_stands_for_what_is_not_to_be_had(
    over: dict[str, Any], refusal: type[Refusal], north: Any, now: datetime
) -> None:
    benefit = make_benefit(branch=north, **over)
    with pytest.raises(refusal):
        stand(benefit, make_customer(branch=north), now)
    assert not Turn.objects.exists()


def test_nobody_stands_for_what_is_gone_or_never_was(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, quantity=1)
    make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
    with pytest.raises(SoldOut):
        stand(benefit, make_customer(branch=north), now)
    with pytest.raises(BenefitNotFound):
        actions.stand_in_line(benefit_id=0, customer_id=make_customer(branch=north).pk, now=now)
    second = stand(make_benefit(branch=north), make_customer(branch=north), now, because=further_piece(2))
    assert answer(second, now).code == LimitReached.code
    assert not Turn.objects.exists()


def test_a_stop_ends_the_line(north: Any, risk_officer: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, subject="campaign:1")
    places = [stand(benefit, make_customer(branch=north), now) for _ in range(2)]
    compliance.stop_subject(
        subject="campaign:1", reason="异常流量", branch_id=north.pk, by=risk_officer, now=now
    )
    answers = [answer(place, now) for place in places]
    assert {each.code for each in answers} == {Stopped.code}
    assert not Claim.objects.exists()
    assert isinstance(answer(stand(benefit, make_customer(branch=north), now), now), Stopped)


def test_limits_hold_within_one_batch(north: Any, now: datetime) -> None:
    """Four of a family, three to a day: judged in order, counted once, and what was too much leaves no trace."""
    benefit = make_benefit(branch=north, limits={"household": 2, "day": 3, "device": 9})
    family = {"attributes": {"household": "H-1"}}
    people = [make_customer(branch=north, **family) for _ in range(4)] + [
        make_customer(branch=north) for _ in range(3)
    ]
    places = [stand(benefit, person, now, device="one phone") for person in people]
    answers = [answer(place, now) for place in places]
    assert [getattr(each, "is_new", each.__class__ if isinstance(each, LimitReached) else each.code)
            for each in answers] == [True, False, "benefits.limit_reached", "benefits.limit_reached", False,
                                     "benefits.limit_reached", "benefits.limit_reached"]  # fmt: skip
    benefit.refresh_from_db()
    claimed = Fact.objects.filter(kind="benefits.BenefitClaimed")
    assert (benefit.claimed, Claim.objects.count(), claimed.count()) == (3, 3, 3)
    counted = dict(Quota.objects.exclude(scope="household").values_list("scope", "taken"))
    assert counted == {"day": 3, "device": 3}
    assert sorted(Quota.objects.filter(scope="household").values_list("taken", flat=True)) == [0, 0, 1, 2]


def test_who_claimed_beside_the_line_gets_that_claim(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    place = stand(benefit, customer, now)
    beside = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
    found = answer(place, now)
    assert (found.claim_id, found.is_new) == (beside.claim_id, False)
    benefit.refresh_from_db()
    assert (benefit.claimed, Fact.objects.count(), Turn.objects.count()) == (1, 1, 0)


def test_pieces_taken_beside_the_line_make_it_begin_again(
    north: Any, now: datetime, monkeypatch: Any
) -> None:
    """Between reading what is left and taking it, others take: nobody gets what is not there."""
    from huiqun.benefits.actions import batches

    benefit = make_benefit(branch=north, quantity=2)
    rivals = [make_customer(branch=north) for _ in range(2)]
    places = [stand(benefit, make_customer(branch=north), now) for _ in range(2)]
    original, calls = batches._write, []

    def write(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            Benefit.objects.filter(pk=benefit.pk).update(claimed=1)
        return original(*arguments)

    monkeypatch.setattr(batches, "_write", write)
    # The first try is rolled back with what the rival did in it: the rival's own transaction is played again.
    with pytest.raises(batches.OutOfDate):
        batches.serve_batch(benefit.pk, now)
    assert len(calls) == 1 and rivals
    Benefit.objects.filter(pk=benefit.pk).update(claimed=1)
    Claim.objects.all().delete()
    Quota.objects.all().delete()
    answers = [answer(place, now) for place in places]
    assert isinstance(answers[0], actions.Claimed)
    assert answers[1].code == SoldOut.code


def test_what_concerns_one_person_at_a_time_is_undone_for_that_person_only(
    north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor, seen = make_customer(branch=north), []

    def pay(request: Any) -> None:
        seen.append(request.customer_id)
        if request.customer_id == poor.pk:
            raise NotByTapping()

    monkeypatch.setattr(claiming, "_steps", claiming.Steps())
    claiming.add_step(pay, order=1)
    benefit = make_benefit(branch=north, quantity=2)
    people = [make_customer(branch=north), poor, make_customer(branch=north)]
    answers = [answer(place, now) for place in [stand(benefit, person, now) for person in people]]
    assert [type(each).__name__ for each in answers] == ["Claimed", "Refusal", "Claimed"]
    benefit.refresh_from_db()
    assert (benefit.claimed, seen) == (2, [person.pk for person in people])


def test_the_judge_may_hold_one_and_refuse_another(north: Any, now: datetime, monkeypatch: Any) -> None:
    held, bad = make_customer(branch=north), make_customer(branch=north)
    verdicts = {
        held.pk: Judgement(verdict=Verdict.HOLD, because="pace"),
        bad.pk: Judgement(verdict=Verdict.REFUSE, refusal=LimitReached(scope="device", limit=1)),
    }
    steps = claiming.Steps(judge=lambda request: verdicts.get(request.customer_id, claiming.ALLOWED))
    monkeypatch.setattr(claiming, "_steps", steps)
    benefit = make_benefit(branch=north)
    places = [stand(benefit, person, now) for person in (held, bad, make_customer(branch=north))]
    answers = [answer(place, now) for place in places]
    assert [getattr(each, "state", each) for each in answers][::2] == ["held", "claimed"]
    assert answers[1].code == LimitReached.code
    assert sorted(fact.kind for fact in Fact.objects.all()) == [
        "benefits.BenefitClaimed",
        "benefits.ClaimHeld",
    ]


def test_is_all_or_nothing(north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    benefit = make_benefit(branch=north)
    place = stand(benefit, make_customer(branch=north), now)

    def breaks(*_arguments: Any, **_values: Any) -> None:
        raise RuntimeError("the last step fails")

    monkeypatch.setattr(facts, "record_many", breaks)
    with pytest.raises(RuntimeError):
        actions.await_turn(place=place, now=now)
    benefit.refresh_from_db()
    assert (benefit.claimed, Claim.objects.count(), Turn.objects.count()) == (0, 0, 1)


def test_refusals_nobody_came_back_for_are_forgotten(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, quantity=1)
    for _ in range(3):
        stand(benefit, make_customer(branch=north), now)
    assert actions.serve_lines(now=now) == 3
    assert actions.forget_turns(before=now) == 0
    assert actions.forget_turns(before=now + timedelta(days=1)) == 2


def test_a_refusal_is_told_again_as_it_was() -> None:
    refusal = LimitReached(scope="day", limit=3)
    again = retold(told(refusal))
    assert (again.code, str(again), again.status) == (refusal.code, str(refusal), refusal.status)


@pytest.mark.parametrize(("place", "seconds"), [(0, 2), (1_500, 3), (1_000_000, 15)])
def test_who_is_near_asks_soon(place: int, seconds: int) -> None:
    assert ask_again_after(place) == seconds
