"""Quests: days checked in, deeds and conditions bring tokens once; tokens buy benefits until the quest ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from huiqun.benefits.actions import quests
from huiqun.benefits.actions.quests import PricePlan, QuestPlan
from huiqun.benefits.models import Benefit, CheckIn, Claim, Exchange, Quest, QuestPart, StepDone, Ticket
from huiqun.benefits.queries.quests import quest_page
from huiqun.benefits.rules import SoldOut
from huiqun.benefits.rules.play_refusals import (
    ConditionsWrong,
    NotTakingPart,
    OwnWork,
    PlayNotFound,
    PlayNotOpen,
    PlayNotReady,
    PlayOpened,
    StepWrong,
    TooFewTokens,
    Unlawful,
)
from huiqun.benefits.rules.quests import Deed, StepKind, StepPlan, days_done
from huiqun.campaigns.events import CustomerJoined
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Fact
from tests.makers.audiences import TODAY, make_lake, profile
from tests.makers.customers import make_customer
from tests.makers.plays import (
    ENDS,
    NOW,
    STARTS,
    check_in_step,
    make_author,
    make_draw,
    make_opener,
    make_part,
    make_prize,
    make_quest,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RICH = {"field": "aum.now", "op": "gte", "value": 10_000}


def deed_step(deed: Deed = Deed.JOINED, about: int | None = None, **over: Any) -> StepPlan:
    return StepPlan(name="参加活动", kind=StepKind.DEED, tokens=10, deed=deed, about=about, **over)


def condition_step(rule: Any = RICH) -> StepPlan:
    return StepPlan(name="资产达标", kind=StepKind.CONDITION, tokens=50, condition=rule)


def aum(customer: Any, yuan: int, day: date = TODAY - DAY) -> dict[str, Any]:
    return {"dt": day, "customer_id": customer.pk, "aum_fen": yuan * 100}


class TestCheckIn:
    def test_a_day_counts_once(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        new = [quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW) for _ in range(3)]
        assert new == [True, False, False]
        assert CheckIn.objects.get().day == TODAY
        assert Fact.objects.filter(kind="benefits.CheckedIn").count() == 1

    def test_the_step_is_done_on_the_last_day_and_once(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        for day in range(5):
            quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW + day * DAY)
            part = QuestPart.objects.get()
            assert part.earned == (30 if day >= 2 else 0)
        assert StepDone.objects.count() == 1
        fact = Fact.objects.get(kind="benefits.StepFinished")
        assert (fact.body["customer_id"], fact.body["tokens"]) == (customer.pk, 30)

    def test_the_day_changes_at_midnight_in_shanghai(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        eve = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
        moments = (eve, eve + timedelta(seconds=1), eve + timedelta(hours=9))
        new = [quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=each) for each in moments]
        assert new == [True, True, False]
        assert list(CheckIn.objects.order_by("day").values_list("day", flat=True)) == [TODAY, TODAY + DAY]

    def test_days_in_a_row_begin_anew_after_a_gap(self, north: Any) -> None:
        step = check_in_step(in_a_row=True)
        quest, customer = make_quest(branch=north, steps=[step]), make_customer(branch=north)
        for day in (0, 1, 3, 4):
            quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW + day * DAY)
        assert not StepDone.objects.exists()
        quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW + 5 * DAY)
        assert StepDone.objects.count() == 1

    def test_a_clock_set_back_makes_up_for_nothing_that_is_counted(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        for now in (NOW, NOW - timedelta(hours=2), NOW + timedelta(hours=2)):
            quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=now)
        assert CheckIn.objects.count() == 1

    @pytest.mark.parametrize("moment", [STARTS - timedelta(seconds=1), ENDS])
    def test_refuses_outside_the_quest(self, moment: datetime, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        with pytest.raises(PlayNotOpen):
            quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=moment)
        assert not CheckIn.objects.exists()

    def test_refuses_what_is_not_open_or_not_for_the_branch(self, north: Any, south: Any) -> None:
        draft, open_ = make_quest(branch=north, opened=False), make_quest(branch=north)
        for quest, customer in ((draft, make_customer(branch=north)), (open_, make_customer(branch=south))):
            with pytest.raises(PlayNotFound):
                quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW)
        assert not QuestPart.objects.exists()

    def test_a_step_may_bring_a_ticket(self, north: Any) -> None:
        draw = make_draw(branch=north, daily=False)
        step = check_in_step(days=1, tokens=0, draw_id=draw.pk)
        quest, customer = make_quest(branch=north, steps=[step]), make_customer(branch=north)
        quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW)
        ticket = Ticket.objects.get()
        assert (ticket.draw_id, ticket.customer_id) == (draw.pk, customer.pk)
        assert ticket.because == f"step:{quest.steps.get().pk}"

    @given(st.lists(st.integers(0, 40), max_size=30))
    def test_days_are_counted_as_a_person_would(self, offsets: list[int]) -> None:
        days = [TODAY + offset * DAY for offset in offsets]
        best = max(
            (next(n for n in range(1, 50) if start + n not in offsets) for start in offsets), default=0
        )
        assert days_done(days, in_a_row=True) == best
        assert days_done(days, in_a_row=False) == len(set(offsets))


class TestDeeds:
    def join(self, customer: Any, campaign_id: int, at: datetime = NOW) -> tuple[int, dict[str, Any]]:
        event = CustomerJoined(campaign_id=campaign_id, customer_id=customer.pk)
        return facts.record(event, at=at), event.body()

    def test_hears_of_what_customers_do(self, north: Any, now: datetime) -> None:
        quest, customer = make_quest(branch=north, steps=[deed_step(about=7)]), make_customer(branch=north)
        part = make_part(quest=quest, customer=customer)
        self.join(customer, campaign_id=8)
        self.join(make_customer(branch=north), campaign_id=7)
        fact_id, body = self.join(customer, campaign_id=7)
        quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body)
        quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body)
        part.refresh_from_db()
        assert (part.earned, StepDone.objects.count()) == (10, 1)

    def test_another_campaign_is_none_of_it(self, north: Any) -> None:
        quest, customer = make_quest(branch=north, steps=[deed_step(about=7)]), make_customer(branch=north)
        make_part(quest=quest, customer=customer)
        fact_id, body = self.join(customer, campaign_id=8)
        assert quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body) == 0
        assert quests.follow_deed(deed=Deed.CLAIMED, fact_id=fact_id, body=body) == 0

    def test_counts_by_when_it_happened(self, north: Any) -> None:
        """Heard of after the end, it still counts; done before taking part or after the end, it does not."""
        quest, customer = make_quest(branch=north, steps=[deed_step()]), make_customer(branch=north)
        make_part(quest=quest, customer=customer)
        for at in (NOW - timedelta(seconds=1), ENDS):
            fact_id, body = self.join(customer, 7, at=at)
            assert quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body) == 0
        fact_id, body = self.join(customer, 7, at=ENDS - timedelta(seconds=1))
        assert quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body) == 1

    def test_who_takes_no_part_is_not_counted(self, north: Any) -> None:
        make_quest(branch=north, steps=[deed_step()])
        fact_id, body = self.join(make_customer(branch=north), 7)
        assert quests.follow_deed(deed=Deed.JOINED, fact_id=fact_id, body=body) == 0
        assert not QuestPart.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_reaches_the_quest_by_the_jobs(north: Any, now: datetime) -> None:
    from django.db import transaction

    quest, customer = make_quest(branch=north, steps=[deed_step()]), make_customer(branch=north)
    part = make_part(quest=quest, customer=customer)
    with transaction.atomic():
        facts.record(CustomerJoined(campaign_id=7, customer_id=customer.pk), at=NOW)
    jobs.run_pending()
    part.refresh_from_db()
    assert part.earned == 10


class TestConditions:
    def test_who_has_reached_it_has_done_the_step(self, north: Any) -> None:
        rich, poor = make_customer(branch=north), make_customer(branch=north)
        make_lake(
            profiles=[profile(each.pk, north) for each in (rich, poor)],
            aum=[aum(rich, 10_000), aum(poor, 9_999)],
        )
        quest = make_quest(branch=north, steps=[condition_step()], prices=[])
        for customer in (rich, poor):
            make_part(quest=quest, customer=customer)
        found = [
            quests.look_at_conditions(quest_id=quest.pk, customer_id=each.pk, now=NOW)
            for each in (rich, poor, rich)
        ]
        assert found == [1, 0, 0]
        page = quest_page(quest_id=quest.pk, customer_id=poor.pk, now=NOW)
        assert page.steps[0].percent == 99 and "1" in page.steps[0].missing[0]

    def test_the_nightly_look_finds_the_same(self, north: Any) -> None:
        people = [make_customer(branch=north) for _ in range(4)]
        make_lake(
            profiles=[profile(each.pk, north) for each in people],
            aum=[aum(each, 5_000 * (n + 1)) for n, each in enumerate(people)],
        )
        quest = make_quest(branch=north, steps=[condition_step()], prices=[])
        for customer in people[:3]:  # the fourth has not joined
            make_part(quest=quest, customer=customer)
        assert [quests.work_out_quests(now=NOW) for _ in range(2)] == [2, 0]
        done = set(StepDone.objects.values_list("part__customer", flat=True))
        assert done == {people[1].pk, people[2].pk}

    def test_refuses_who_takes_no_part(self, north: Any) -> None:
        quest = make_quest(branch=north)
        with pytest.raises(NotTakingPart):
            quests.look_at_conditions(quest_id=quest.pk, customer_id=make_customer(branch=north).pk, now=NOW)


class TestTokens:
    def test_become_a_piece(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        part, price = make_part(quest=quest, customer=customer, tokens=25), quest.prices.get()
        done = quests.exchange_tokens(price_id=price.pk, customer_id=customer.pk, now=NOW)
        part.refresh_from_db()
        assert (part.balance, done.is_new) == (5, True)
        claim = Claim.objects.get()
        assert (claim.pk, claim.because) == (done.claim_id, f"quest:{quest.pk}:{price.pk}")
        fact = Fact.objects.get(kind="benefits.TokensExchanged")
        assert (fact.body["tokens"], fact.body["claim_id"]) == (20, claim.pk)

    def test_a_second_tap_costs_nothing(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        part, price = make_part(quest=quest, customer=customer, tokens=100), quest.prices.get()
        first = quests.exchange_tokens(price_id=price.pk, customer_id=customer.pk, now=NOW)
        second = quests.exchange_tokens(price_id=price.pk, customer_id=customer.pk, now=ENDS)
        part.refresh_from_db()
        assert (second.claim_id, second.is_new, part.balance) == (first.claim_id, False, 80)

    def test_refuses_too_few(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        part = make_part(quest=quest, customer=customer, tokens=19)
        with pytest.raises(TooFewTokens):
            quests.exchange_tokens(price_id=quest.prices.get().pk, customer_id=customer.pk, now=NOW)
        part.refresh_from_db()
        assert (part.balance, Claim.objects.count()) == (19, 0)

    def test_a_piece_that_is_gone_costs_nothing(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        part = make_part(quest=quest, customer=customer, tokens=25)
        Benefit.objects.update(claimed=100)
        with pytest.raises(SoldOut):
            quests.exchange_tokens(price_id=quest.prices.get().pk, customer_id=customer.pk, now=NOW)
        part.refresh_from_db()
        assert (part.balance, Exchange.objects.count()) == (25, 0)

    def test_are_worth_nothing_after_the_end(self, north: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        make_part(quest=quest, customer=customer, tokens=25)
        with pytest.raises(PlayNotOpen):
            quests.exchange_tokens(price_id=quest.prices.get().pk, customer_id=customer.pk, now=ENDS)
        assert [quests.close_quests(now=each) for each in (ENDS - DAY, ENDS, ENDS)] == [0, 1, 0]
        fact = Fact.objects.get(kind="benefits.QuestClosed")
        assert (fact.body["parts"], fact.body["tokens_expired"]) == (1, 25)

    def test_of_another_quest_buy_nothing_here(self, north: Any) -> None:
        here, there = make_quest(branch=north), make_quest(branch=north)
        customer = make_customer(branch=north)
        make_part(quest=there, customer=customer, tokens=100)
        with pytest.raises(NotTakingPart):
            quests.exchange_tokens(price_id=here.prices.get().pk, customer_id=customer.pk, now=NOW)
        with pytest.raises(PlayNotFound):
            quests.exchange_tokens(price_id=0, customer_id=customer.pk, now=NOW)

    def test_is_all_or_nothing(self, north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        part = make_part(quest=quest, customer=customer, tokens=25)
        recorded = facts.record

        def breaks(event: Any, **more: Any) -> int:
            if event.kind() == "benefits.TokensExchanged":
                raise RuntimeError("the last step fails")
            return recorded(event, **more)

        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            quests.exchange_tokens(price_id=quest.prices.get().pk, customer_id=customer.pk, now=NOW)
        part.refresh_from_db()
        assert (part.balance, Claim.objects.count()) == (25, 0)


class TestPlanning:
    def test_needs_a_second_person(self, north: Any) -> None:
        quest = make_quest(branch=north, opened=False)
        with pytest.raises(OwnWork):
            quests.open_quest(quest_id=quest.pk, by=quest.created_by, now=NOW)
        assert not Quest.objects.get().is_opened

    def test_an_open_quest_stands(self, north: Any) -> None:
        quest = make_quest(branch=north)
        plan = QuestPlan(name="别的", words="规则", token="币", start_at=STARTS, end_at=ENDS)
        with pytest.raises(PlayOpened):
            quests.change_quest(quest_id=quest.pk, plan=plan, by=make_author(north), now=NOW)
        assert quest.steps.count() == 1

    @pytest.mark.parametrize(
        "step",
        [
            check_in_step(days=0),
            check_in_step(name=" "),
            check_in_step(tokens=0),
            check_in_step(tokens=-5),
            check_in_step(tokens=10**9),
            StepPlan(name="做点什么", kind=StepKind.DEED, tokens=1, deed="flew"),
            StepPlan(name="达标", kind=StepKind.CONDITION, tokens=1),
        ],
    )
    def test_refuses_a_step_that_is_none(self, step: StepPlan, north: Any) -> None:
        with pytest.raises(StepWrong):
            make_quest(branch=north, steps=[step])
        assert not Quest.objects.exists()

    def test_refuses_a_condition_that_nobody_understands(self, north: Any) -> None:
        with pytest.raises(ConditionsWrong):
            make_quest(branch=north, steps=[condition_step({"field": "no.such", "op": "eq", "value": 1})])

    def test_refuses_to_open_without_steps_or_too_late(self, north: Any) -> None:
        plan = QuestPlan(name="空", words="规则", token="币", start_at=STARTS, end_at=ENDS)
        quest_id = quests.plan_quest(plan=plan, branch_id=north.pk, by=make_author(north), now=NOW)
        with pytest.raises(PlayNotReady):
            quests.open_quest(quest_id=quest_id, by=make_opener(north), now=NOW)
        with pytest.raises(PlayNotReady):
            quests.open_quest(
                quest_id=make_quest(branch=north, opened=False).pk, by=make_opener(north), now=ENDS
            )

    def test_a_gift_for_assets_is_refused_with_the_law(self, north: Any) -> None:
        """What tokens of such a step buy is given for a deposit, whatever lies between."""
        quest = make_quest(branch=north, opened=False, steps=[condition_step()])
        with pytest.raises(Unlawful) as refusal:
            quests.open_quest(quest_id=quest.pk, by=make_opener(north), now=NOW)
        assert any("商业银行法" in str(each) for each in refusal.value.citations)

    def test_a_service_for_assets_is_not(self, north: Any) -> None:
        service = make_prize(branch=north, name="机场贵宾厅一次", kind="service")
        prices = [PricePlan(benefit_id=service.pk, tokens=50)]
        assert make_quest(branch=north, steps=[condition_step()], prices=prices).is_opened


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def crowd(self, call: Any, count: int) -> list[Any]:
        start = Barrier(count)

        def one(_n: int) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return call()
            except TooFewTokens as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    def test_twelve_taps_are_one_day(self, north: Any) -> None:
        quest, customer = make_quest(branch=north, steps=[check_in_step(days=1)]), make_customer(branch=north)
        done = self.crowd(lambda: quests.check_in(quest_id=quest.pk, customer_id=customer.pk, now=NOW), 12)
        assert sum(done) == 1
        assert (CheckIn.objects.count(), QuestPart.objects.get().earned) == (1, 30)

    def test_tokens_for_one_of_two_prices_buy_one(self, north: Any) -> None:
        prices = [PricePlan(benefit_id=make_prize(branch=north).pk, tokens=20) for _ in range(2)]
        quest, customer = make_quest(branch=north, prices=prices), make_customer(branch=north)
        part = make_part(quest=quest, customer=customer, tokens=30)
        ids = iter([each.pk for each in quest.prices.all()] * 6)
        done = self.crowd(
            lambda: quests.exchange_tokens(price_id=next(ids), customer_id=customer.pk, now=NOW), 12
        )
        part.refresh_from_db()
        assert (part.balance, Claim.objects.count(), Exchange.objects.count()) == (10, 1, 1)
        assert sum(not isinstance(each, TooFewTokens) and each.is_new for each in done) == 1
