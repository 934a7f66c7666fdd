"""Draws: opened by a second person under a commitment, drawn once, prizes given with the ticket, laid open at the end."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.benefits.actions import draws
from huiqun.benefits.actions.draws import PrizePlan
from huiqun.benefits.models import Benefit, Claim, Draw, Prize, Ticket
from huiqun.benefits.queries import draws as looking
from huiqun.benefits.rules import BenefitKind, Way
from huiqun.benefits.rules.draws import Outcome
from huiqun.benefits.rules.play_refusals import (
    ChancesWrong,
    DrawNotOver,
    NoTicket,
    OwnWork,
    PlayIncomplete,
    PlayNotFound,
    PlayNotOpen,
    PlayOpened,
    PrizeMissing,
    PrizeNotFixed,
    SeedDamaged,
    TicketNotFound,
    Unlawful,
)
from huiqun.benefits.rules.proofs import verify
from huiqun.compliance import actions as compliance
from huiqun.compliance.rules.reviews import Stopped
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.plays import ENDS, NOW, draw_plan, make_author, make_draw, make_opener, make_prize

CERTAIN = 1_000_000
pytestmark = pytest.mark.django_db


def ticket_for(draw: Draw, customer: Any, because: str = "test:1") -> int:
    return draws.issue_ticket(draw_id=draw.pk, customer_id=customer.pk, because=because, now=NOW)


class TestOpening:
    def test_commits_to_seed_and_chances_before_the_first_ticket(self, north: Any) -> None:
        draw = make_draw(branch=north)
        fact = Fact.objects.get(kind="benefits.SeedCommitted")
        assert fact.body == {
            "draw_id": draw.pk,
            "seed_digest": draw.seed_digest,
            "rules_digest": draw.rules_digest,
        }
        assert sha256(bytes.fromhex(draw.seed or "")).hexdigest() == draw.seed_digest
        assert draw.shown_seed == "" and draw.issued == 0

    def test_keeps_the_seed_encrypted(self, north: Any) -> None:
        draw = make_draw(branch=north)
        with connection.cursor() as cursor:
            cursor.execute("SELECT seed FROM benefits_draw WHERE id = %s", [draw.pk])
            stored = bytes(cursor.fetchone()[0])
        assert bytes.fromhex(draw.seed or "") not in stored and (draw.seed or "").encode() not in stored

    def test_two_draws_have_two_seeds(self, north: Any) -> None:
        assert make_draw(branch=north).seed_digest != make_draw(branch=north).seed_digest

    def test_is_no_work_of_the_author_alone(self, north: Any) -> None:
        author = make_author(north)
        plan = draw_plan(PrizePlan(benefit_id=make_prize(branch=north).pk, chance=1, pieces=1))
        draw_id = draws.plan_draw(plan=plan, branch_id=north.pk, by=author, now=NOW)
        with pytest.raises(OwnWork):
            draws.open_draw(draw_id=draw_id, by=author, now=NOW)
        assert not Draw.objects.get(pk=draw_id).is_opened

    def test_whoever_changed_it_is_its_author(self, north: Any) -> None:
        draw, second = make_draw(branch=north, opened=False), make_opener(north)
        prize = Prize.objects.get(draw=draw)
        plan = draw_plan(PrizePlan(benefit_id=prize.benefit_id, chance=2, pieces=1))
        draws.change_draw(draw_id=draw.pk, plan=plan, by=second, now=NOW)
        with pytest.raises(OwnWork):
            draws.open_draw(draw_id=draw.pk, by=second, now=NOW)

    def test_an_open_draw_stands(self, north: Any) -> None:
        draw = make_draw(branch=north)
        with pytest.raises(PlayOpened):
            draws.change_draw(draw_id=draw.pk, plan=draw_plan(), by=make_author(north), now=NOW)
        with pytest.raises(PlayOpened):
            draws.open_draw(draw_id=draw.pk, by=make_opener(north), now=NOW)
        assert Prize.objects.filter(draw=draw).count() == 1

    @pytest.mark.parametrize(
        "over",
        [
            {"frozen": False},
            {"way": Way.CLAIM},
            {"quantity": 9},
            {"claim_end_at": ENDS - timedelta(seconds=1)},
            {"conditions": {"all": []}},
        ],
    )
    def test_refuses_a_prize_that_could_not_be_given(self, over: dict[str, Any], north: Any) -> None:
        draw = make_draw(branch=north, opened=False, prize=make_prize(branch=north, **over))
        with pytest.raises(PrizeNotFixed):
            draws.open_draw(draw_id=draw.pk, by=make_opener(north), now=NOW)
        assert not Fact.objects.filter(kind="benefits.SeedCommitted").exists()

    def test_two_prizes_of_one_benefit_need_pieces_for_both(self, north: Any) -> None:
        prize = make_prize(branch=north, quantity=10)
        both = [PrizePlan(benefit_id=prize.pk, chance=1, pieces=6)] * 2
        draw_id = draws.plan_draw(plan=draw_plan(*both), branch_id=north.pk, by=make_author(north), now=NOW)
        with pytest.raises(PrizeNotFixed):
            draws.open_draw(draw_id=draw_id, by=make_opener(north), now=NOW)

    def test_refuses_a_top_prize_above_the_lawful_cap(self, north: Any) -> None:
        draw = make_draw(
            branch=north,
            opened=False,
            prize=make_prize(branch=north, value_fen=5_000_001, kind=BenefitKind.GIFT),
        )
        with pytest.raises(Unlawful) as refusal:
            draws.open_draw(draw_id=draw.pk, by=make_opener(north), now=NOW)
        assert [str(each) for each in refusal.value.citations]
        assert any("反不正当竞争法" in str(each) for each in refusal.value.citations)

    def test_the_cap_itself_is_lawful(self, north: Any) -> None:
        make_draw(branch=north, prize=make_prize(branch=north, value_fen=5_000_000, kind=BenefitKind.GIFT))

    def test_refuses_trial_money_as_a_prize(self, north: Any) -> None:
        prize = make_prize(branch=north, name="新手理财体验金", kind=BenefitKind.TRIAL_MONEY)
        draw = make_draw(branch=north, opened=False, prize=prize)
        with pytest.raises(Unlawful):
            draws.open_draw(draw_id=draw.pk, by=make_opener(north), now=NOW)

    def test_refuses_nonsense(self, north: Any) -> None:
        author, prize = make_author(north), make_prize(branch=north)

        def plan(*prizes: PrizePlan, **over: Any) -> None:
            draws.plan_draw(plan=draw_plan(*prizes, **over), branch_id=north.pk, by=author, now=NOW)

        with pytest.raises(PlayIncomplete):
            plan(end_at=datetime(2026, 11, 1, tzinfo=UTC))
        with pytest.raises(ChancesWrong):
            plan(PrizePlan(benefit_id=prize.pk, chance=CERTAIN + 1, pieces=1))
        with pytest.raises(PlayNotFound):
            plan(PrizePlan(benefit_id=0, chance=1, pieces=1))
        assert not Draw.objects.exists()
        plan()
        with pytest.raises(PrizeMissing):
            draws.open_draw(draw_id=Draw.objects.get().pk, by=make_opener(north), now=NOW)


class TestDrawing:
    def test_a_winner_has_the_piece_with_the_ticket(self, north: Any) -> None:
        draw, customer = make_draw(branch=north, chance=CERTAIN), make_customer(branch=north)
        done = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=NOW)
        assert (done.number, done.outcome, done.is_new) == (1, Outcome.WON, True)
        claim = Claim.objects.get()
        assert (claim.pk, claim.customer_id, claim.because) == (
            done.claim_id,
            customer.pk,
            f"draw:{draw.pk}:1",
        )
        fact = Fact.objects.get(kind="benefits.TicketDrawn")
        assert (fact.body["outcome"], fact.body["place"], fact.body["claim_id"]) == ("won", 1, claim.pk)

    def test_what_is_drawn_follows_from_the_seed(self, north: Any) -> None:
        draw = make_draw(branch=north, chance=300_000, pieces=3)
        for _ in range(25):
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW)
        assert Ticket.objects.values("number").distinct().count() == 25
        draws.reveal_draw(draw_id=draw.pk, now=ENDS)
        draw.refresh_from_db()
        verdict = verify(looking.proof_of(draw))
        assert verdict.holds and verdict.drawn == 25
        assert Claim.objects.count() == verdict.won == Ticket.objects.filter(outcome="won").count()

    def test_a_prize_that_ran_out_is_said_to_have(self, north: Any) -> None:
        draw = make_draw(branch=north, chance=CERTAIN, pieces=1)
        outcomes = [
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW).outcome
            for _ in range(3)
        ]
        assert outcomes == [Outcome.WON, Outcome.GONE, Outcome.GONE]
        assert list(Ticket.objects.order_by("number").values_list("turn", flat=True)) == [1, 2, 3]
        assert Claim.objects.count() == 1

    def test_a_piece_that_cannot_be_given_is_withheld_with_its_reason(self, north: Any) -> None:
        """Somebody took the last pieces another way."""
        prize = make_prize(branch=north, quantity=10)
        draw = make_draw(branch=north, chance=CERTAIN, prize=prize)
        Benefit.objects.filter(pk=prize.pk).update(claimed=10)
        done = draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW)
        assert (done.outcome, done.claim_id) == (Outcome.GONE, None)
        assert Ticket.objects.get().withheld == "benefits.sold_out"
        draws.reveal_draw(draw_id=draw.pk, now=ENDS)
        draw.refresh_from_db()
        assert verify(looking.proof_of(draw)).holds

    def test_a_second_tap_gets_the_first_answer(self, north: Any) -> None:
        draw, customer = make_draw(branch=north, chance=CERTAIN), make_customer(branch=north)
        first = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=NOW)
        second = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=NOW)
        assert (second.ticket_id, second.claim_id, second.is_new) == (first.ticket_id, first.claim_id, False)
        again = draws.draw_ticket(ticket_id=first.ticket_id, customer_id=customer.pk, now=ENDS)
        assert again.claim_id == first.claim_id
        assert (Ticket.objects.count(), Claim.objects.count()) == (1, 1)
        assert Fact.objects.filter(kind="benefits.TicketDrawn").count() == 1

    def test_a_new_day_begins_at_midnight_in_shanghai(self, north: Any) -> None:
        draw, customer = make_draw(branch=north), make_customer(branch=north)
        eve = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)  # 23:59:59 at the bank
        first = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=eve)
        second = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=eve + timedelta(seconds=1))
        third = draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=eve + timedelta(hours=9))
        assert (first.number, second.number, third.number) == (1, 2, 2)
        assert set(Ticket.objects.values_list("because", flat=True)) == {"day:2026-11-20", "day:2026-11-21"}

    def test_refuses_a_forged_ticket_and_another_customers(self, north: Any) -> None:
        draw, customer = make_draw(branch=north), make_customer(branch=north)
        ticket_id = ticket_for(draw, customer)
        stranger = make_customer(branch=north)
        for forged, who in ((ticket_id, stranger), (ticket_id + 1, customer), (0, customer)):
            with pytest.raises(TicketNotFound):
                draws.draw_ticket(ticket_id=forged, customer_id=who.pk, now=NOW)
        with pytest.raises(TicketNotFound):
            looking.ticket_of(ticket_id=ticket_id, customer_id=stranger.pk)
        assert Ticket.objects.get().drawn_at is None

    def test_refuses_a_customer_of_another_branch(self, north: Any, south: Any) -> None:
        draw = make_draw(branch=north)
        with pytest.raises(PlayNotFound):
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=south).pk, now=NOW)
        assert not Ticket.objects.exists()

    def test_a_draw_of_the_head_office_is_for_all(self, head_office: Any, south: Any) -> None:
        draw = make_draw(branch=head_office)
        assert draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=south).pk, now=NOW).is_new

    @pytest.mark.parametrize("moment", [datetime(2026, 11, 9, tzinfo=UTC), ENDS])
    def test_refuses_outside_its_time(self, moment: datetime, north: Any) -> None:
        draw, customer = make_draw(branch=north), make_customer(branch=north)
        ticket_id = ticket_for(draw, customer)
        with pytest.raises(PlayNotOpen):
            draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=moment)
        with pytest.raises(PlayNotOpen):
            draws.draw_ticket(ticket_id=ticket_id, customer_id=customer.pk, now=moment)
        assert Ticket.objects.filter(drawn_at__isnull=False).count() == 0

    def test_refuses_a_day_ticket_where_there_are_none(self, north: Any) -> None:
        draw = make_draw(branch=north, daily=False)
        with pytest.raises(NoTicket):
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW)

    def test_refuses_when_stopped(self, north: Any, risk_officer: Any) -> None:
        draw, customer = make_draw(branch=north, subject="campaign:1"), make_customer(branch=north)
        ticket_id = ticket_for(draw, customer)
        compliance.stop_subject(
            subject="campaign:1", reason="异常流量", branch_id=north.pk, by=risk_officer, now=NOW
        )
        with pytest.raises(Stopped):
            draws.draw_ticket(ticket_id=ticket_id, customer_id=customer.pk, now=NOW)
        assert Ticket.objects.get().drawn_at is None

    def test_draws_nothing_with_a_seed_that_was_exchanged(self, north: Any) -> None:
        draw = make_draw(branch=north)
        draw.seed = bytes(32).hex()
        draw.save()
        with pytest.raises(SeedDamaged):
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW)
        assert not Ticket.objects.exists()

    def test_is_all_or_nothing(self, north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Killed between draw and grant, or right after: no ticket is used up, no piece is gone."""
        draw, customer = make_draw(branch=north, chance=CERTAIN), make_customer(branch=north)
        ticket_id = ticket_for(draw, customer)
        recorded = facts.record

        def breaks(event: Any, **more: Any) -> int:
            if event.kind() == "benefits.TicketDrawn":
                raise RuntimeError("the last step fails")
            return recorded(event, **more)

        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            draws.draw_ticket(ticket_id=ticket_id, customer_id=customer.pk, now=NOW)
        assert Ticket.objects.get().drawn_at is None
        assert Prize.objects.get().hits == 0 and Prize.objects.get().benefit.claimed == 0
        assert not Claim.objects.exists()

    def test_a_claim_brings_one_ticket(self, north: Any) -> None:
        benefit, customer = make_benefit(branch=north), make_customer(branch=north)
        draw = make_draw(branch=north, daily=False, ticket_benefit_id=benefit.pk)
        make_draw(branch=north, daily=False, opened=False, ticket_benefit_id=benefit.pk)
        for _ in range(2):
            draws.give_tickets_for_claim(benefit_id=benefit.pk, claim_id=7, customer_id=customer.pk, now=NOW)
        ticket = Ticket.objects.get()
        assert (ticket.draw_id, ticket.because, ticket.number) == (draw.pk, "claim:7", 1)


class TestEnd:
    def test_the_seed_stays_secret_until_then(self, north: Any) -> None:
        draw = make_draw(branch=north)
        with pytest.raises(DrawNotOver):
            draws.reveal_draw(draw_id=draw.pk, now=ENDS - timedelta(microseconds=1))
        with pytest.raises(DrawNotOver):
            looking.proof_of(draw)
        assert draws.reveal_ended_draws(now=ENDS - timedelta(seconds=1)) == 0

    def test_the_seed_is_published_once(self, north: Any) -> None:
        draw = make_draw(branch=north)
        make_draw(branch=north, opened=False)
        assert draws.reveal_ended_draws(now=ENDS) == 1
        assert draws.reveal_ended_draws(now=ENDS) == 0
        draws.reveal_draw(draw_id=draw.pk, now=ENDS)
        fact = Fact.objects.get(kind="benefits.SeedRevealed")
        assert fact.body["seed"] == draw.seed
        assert sha256(bytes.fromhex(fact.body["seed"])).hexdigest() == draw.seed_digest

    def test_the_file_says_the_same_as_the_database(self, north: Any) -> None:
        draw = make_draw(branch=north)
        for _ in range(5):
            draws.draw_daily(draw_id=draw.pk, customer_id=make_customer(branch=north).pk, now=NOW)
        draws.reveal_draw(draw_id=draw.pk, now=ENDS)
        draw.refresh_from_db()
        text = "".join(looking.proof_lines(draw))
        assert verify(looking.read_proof(iter(io.StringIO(text)))) == verify(looking.proof_of(draw))
        changed = (
            text.replace('"won"', '"nothing"') if '"won"' in text else text.replace('"nothing"', '"won"')
        )
        assert verify(looking.read_proof(iter(io.StringIO(changed)))).problems

    @pytest.mark.parametrize(
        "text", ["", "{}\n", "not json\n", '{"format": "huiqun.draw", "version": 1}\n', "[]\n"]
    )
    def test_refuses_what_is_no_such_file(self, text: str) -> None:
        with pytest.raises(ValueError):
            looking.read_proof(iter(io.StringIO(text)))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def crowd(self, calls: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    def test_one_piece_has_one_winner_and_numbers_have_no_gap(self, north: Any) -> None:
        draw = make_draw(branch=north, chance=CERTAIN, pieces=1)
        people = [make_customer(branch=north).pk for _ in range(16)]
        done = self.crowd(
            [
                lambda each=each: draws.draw_daily(draw_id=draw.pk, customer_id=each, now=NOW)
                for each in people
            ]
        )
        assert sum(each.outcome == Outcome.WON for each in done) == 1
        assert sorted(each.number for each in done) == list(range(1, 17))
        assert sorted(Ticket.objects.values_list("turn", flat=True)) == list(range(1, 17))
        assert Claim.objects.count() == 1
        draws.reveal_draw(draw_id=draw.pk, now=ENDS)
        draw.refresh_from_db()
        assert verify(looking.proof_of(draw)).holds

    def test_one_impatient_customer_draws_once(self, north: Any) -> None:
        draw, customer = make_draw(branch=north, chance=CERTAIN), make_customer(branch=north)
        taps = [lambda: draws.draw_daily(draw_id=draw.pk, customer_id=customer.pk, now=NOW)] * 12
        done = self.crowd(list(taps))
        assert len({each.ticket_id for each in done}) == 1 and sum(each.is_new for each in done) == 1
        assert (Ticket.objects.count(), Claim.objects.count(), Draw.objects.get().issued) == (1, 1, 1)
