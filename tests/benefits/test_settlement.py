"""A partner's month: every use once, frozen, to the cent, by more than one person."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from huiqun.benefits.actions import settlement_steps as steps
from huiqun.benefits.actions import settling
from huiqun.benefits.models import Claim, Dispute, Settlement, SettlementLine
from huiqun.benefits.queries.settlements import reconciled, sheet
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_settling import (
    AmountWrong,
    DisputeClosed,
    DisputeIncomplete,
    LaterMonthDrawn,
    MonthNotOver,
    OwnSettlement,
    ReferenceMissing,
    SettlementAltered,
    SettlementNotFound,
    SettlementStepWrong,
    SettlementUnseen,
)
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.partners import make_clerk, make_working
from tests.makers.settlements import OCTOBER, make_settlement, partner_benefit, used_claim

THIRD = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def partner(north: Any) -> Any:
    return make_working(branch=north)


@pytest.fixture
def payer(north: Any) -> Any:
    return make_staff("payer", north, "business_reviewer")


def october(partner: Any, now: datetime = THIRD) -> Settlement:
    return Settlement.objects.get(pk=settling.draw_up(partner_id=partner.pk, month=OCTOBER, by=None, now=now))


def november(partner: Any) -> Settlement:
    pk = settling.draw_up(partner_id=partner.pk, month=NOVEMBER, by=None, now=DECEMBER)
    return Settlement.objects.get(pk=pk)


def amounts(settlement: Settlement) -> list[tuple[str, int, int, int]]:
    rows = settlement.lines.order_by("number")
    return list(rows.values_list("kind", "value_fen", "bank_fen", "partner_fen"))


def give_back(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.RETURNED)


class TestTheMonth:
    @pytest.mark.parametrize(
        ("at", "is_in"),
        [
            (
                datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC),
                True,
            ),  # 23:59:59 on 30 September: late, still owed
            (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), True),  # midnight in Shanghai
            (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), True),
            (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), False),  # 1 November in Shanghai, October in London
        ],
    )
    def test_begins_and_ends_at_midnight_in_shanghai(self, at: datetime, is_in: bool, partner: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner), at=at)
        assert october(partner).lines_count == is_in

    def test_is_settled_when_it_is_over(self, partner: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner))
        with pytest.raises(MonthNotOver):
            october(partner, datetime(2026, 10, 31, 15, 59, tzinfo=UTC))
        assert not Settlement.objects.exists()
        assert october(partner, datetime(2026, 10, 31, 16, 0, tzinfo=UTC)).lines_count == 1

    def test_december_ends_the_year(self, partner: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner), at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
        now = datetime(2027, 1, 3, 2, 0, tzinfo=UTC)
        settlement_id = settling.draw_up(partner_id=partner.pk, month=date(2026, 12, 1), by=None, now=now)
        assert Settlement.objects.get(pk=settlement_id).lines_count == 1

    def test_is_the_partners_own(self, partner: Any, north: Any) -> None:
        other = make_working(branch=north)
        used_claim(benefit=partner_benefit(partner=other))
        assert october(partner).lines_count == 0

    def test_is_not_drawn_up_behind_a_later_one(self, partner: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner))
        assert november(partner).lines_count == 1
        with pytest.raises(LaterMonthDrawn):
            october(partner, DECEMBER)


class TestDrawingUp:
    def test_adds_up_to_the_cent(self, partner: Any) -> None:
        for value in (333, 333, 334, 4001):
            used_claim(benefit=partner_benefit(partner=partner, value_fen=value, bank_share=3333))
        settlement = october(partner)
        lines = amounts(settlement)
        assert settlement.value_fen == 5001 and settlement.bank_fen == round(5001 * 0.3333)
        assert sum(line[2] for line in lines) == settlement.bank_fen
        assert all(value == bank + rest for _kind, value, bank, rest in lines)

    def test_twice_gives_the_same_file(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner)
        used_claim(benefit=benefit)
        first = october(partner)
        used_claim(benefit=benefit)
        assert october(partner).pk == first.pk and first.lines.count() == 1
        assert Fact.objects.filter(kind="benefits.SettlementDrawnUp").count() == 1

    def test_happens_by_itself_on_the_day_of_the_contract(self, partner: Any, north: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner))
        make_working(branch=north)  # nothing was used there: no file
        assert settling.draw_up_due(now=datetime(2026, 11, 2, 2, 0, tzinfo=UTC)) == 0
        assert settling.draw_up_due(now=THIRD) == 1
        assert settling.draw_up_due(now=THIRD) == 0

    def test_a_failing_last_step_leaves_nothing(self, partner: Any, monkeypatch: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner))

        def fail(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("power cut")

        monkeypatch.setattr("huiqun.foundation.facts.record", fail)
        with pytest.raises(RuntimeError):
            october(partner)
        assert not Settlement.objects.exists() and not SettlementLine.objects.exists()

    def test_lines_cannot_be_changed(self, partner: Any) -> None:
        used_claim(benefit=partner_benefit(partner=partner))
        settlement = october(partner)
        for change in (
            settlement.lines.all().delete,
            lambda: settlement.lines.update(bank_fen=0, partner_fen=0),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_make_one_file(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner)
        for _ in range(5):
            used_claim(benefit=benefit)
        found: list[int] = []

        def draw() -> None:
            found.append(october(partner).pk)
            connections.close_all()

        threads = [threading.Thread(target=draw) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 6 and len(set(found)) == 1
        assert SettlementLine.objects.count() == 5


class TestCorrections:
    def test_a_late_use_is_in_the_next_file(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner)
        used_claim(benefit=benefit)
        october(partner)
        used_claim(benefit=benefit)  # in October, and told after October was drawn up
        assert amounts(november(partner)) == [("use", 4000, 2400, 1600)]

    def test_what_was_given_back_is_taken_back_exactly(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner, value_fen=333, bank_share=3333)
        claims = [used_claim(benefit=benefit) for _ in range(3)]
        before = {line.claim_id: line.bank_fen for line in october(partner).lines.all()}
        give_back(claims[1])
        bank = before[claims[1].pk]
        assert amounts(november(partner)) == [("return", -333, -bank, bank - 333)]
        december = datetime(2027, 1, 3, 2, 0, tzinfo=UTC)
        again = settling.draw_up(partner_id=partner.pk, month=date(2026, 12, 1), by=None, now=december)
        assert Settlement.objects.get(pk=again).lines_count == 0

    def test_what_was_given_back_before_is_never_settled(self, partner: Any) -> None:
        give_back(used_claim(benefit=partner_benefit(partner=partner)))
        assert october(partner).lines_count == 0

    def test_a_dispute_is_corrected_by_the_difference(self, partner: Any, marketer: Any, payer: Any) -> None:
        claim = used_claim(benefit=partner_benefit(partner=partner))
        settlement = sent(october(partner), marketer)
        dispute_id = dispute(settlement, marketer)
        decide(dispute_id, payer, right_fen=3001)
        following = november(partner)
        assert amounts(following) == [("dispute", -999, 1801 - 2400, 1200 - 1600)]
        assert Dispute.objects.get().corrected_in == following.lines.get()
        give_back(claim)
        december = datetime(2027, 1, 3, 2, 0, tzinfo=UTC)
        last = settling.draw_up(partner_id=partner.pk, month=date(2026, 12, 1), by=None, now=december)
        assert amounts(Settlement.objects.get(pk=last)) == [("return", -3001, -1801, -1200)]
        of_claim = SettlementLine.objects.filter(claim=claim)
        assert sum(line.value_fen for line in of_claim) == sum(line.bank_fen for line in of_claim) == 0

    def test_a_dispute_of_what_was_given_back_counts_once(
        self, partner: Any, marketer: Any, payer: Any
    ) -> None:
        claim = used_claim(benefit=partner_benefit(partner=partner))
        settlement = sent(october(partner), marketer)
        decide(dispute(settlement, marketer), payer, right_fen=0)
        give_back(claim)
        assert amounts(november(partner)) == [("return", -4000, -2400, -1600)]
        december = datetime(2027, 1, 3, 2, 0, tzinfo=UTC)
        last = settling.draw_up(partner_id=partner.pk, month=date(2026, 12, 1), by=None, now=december)
        assert amounts(Settlement.objects.get(pk=last)) == []


def sent(settlement: Settlement, by: Any) -> Settlement:
    steps.send_settlement(settlement_id=settlement.pk, seen_digest=settlement.lines_digest, by=by, now=THIRD)
    settlement.refresh_from_db()
    return settlement


def dispute(settlement: Settlement, by: Any, line: int = 1) -> int:
    return steps.dispute_line(
        settlement_id=settlement.pk, line_number=line, reason="客人未消费", by=by, now=THIRD
    )


def decide(dispute_id: int, by: Any, *, right_fen: int | None = 0, accepted: bool = True) -> None:
    steps.decide_dispute(
        dispute_id=dispute_id, accepted=accepted, right_fen=right_fen, answer="已核对", by=by, now=THIRD
    )


def agree(settlement: Settlement, by: Any) -> None:
    steps.agree(settlement_id=settlement.pk, seen_digest=settlement.lines_digest, by=by, now=THIRD)


def pay(settlement: Settlement, by: Any, reference: str = "FT20261103") -> None:
    steps.settle(
        settlement_id=settlement.pk,
        seen_digest=settlement.lines_digest,
        reference=reference,
        by=by,
        now=THIRD,
    )


class TestTheWay:
    def test_goes_from_drawn_up_to_paid(self, north: Any, marketer: Any, payer: Any) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        agree(settlement, marketer)
        pay(settlement, payer)
        settlement.refresh_from_db()
        assert (settlement.state, settlement.due_date) == ("settled", date(2026, 11, 18))
        kinds = {"SettlementSent", "SettlementAgreed", "SettlementSettled"}
        assert {f"benefits.{kind}" for kind in kinds} <= set(Fact.objects.values_list("kind", flat=True))

    def test_is_paid_by_nobody_who_took_part(self, north: Any, marketer: Any, payer: Any) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        agree(settlement, payer)
        for person in (marketer, payer):
            with pytest.raises(OwnSettlement):
                pay(settlement, person)
        settlement.refresh_from_db()
        assert settlement.state == "agreed"

    def test_takes_each_step_once_and_in_order(self, north: Any, marketer: Any, payer: Any) -> None:
        settlement = make_settlement(branch=north)
        for step in (agree, pay):
            with pytest.raises(SettlementStepWrong):
                step(settlement, payer)
        sent(settlement, marketer)
        with pytest.raises(SettlementStepWrong):
            sent(settlement, marketer)

    def test_wants_a_reference(self, north: Any, marketer: Any, payer: Any) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        agree(settlement, marketer)
        with pytest.raises(ReferenceMissing):
            pay(settlement, payer, " ")

    def test_takes_what_the_page_showed(self, north: Any, marketer: Any) -> None:
        settlement = make_settlement(branch=north)
        with pytest.raises(SettlementUnseen):
            steps.send_settlement(settlement_id=settlement.pk, seen_digest="0" * 64, by=marketer, now=THIRD)

    def test_notices_what_was_done_behind_its_back(self, north: Any, marketer: Any, payer: Any) -> None:
        """An administrator of the database switches the trigger off."""
        settlement = sent(make_settlement(branch=north), marketer)
        agree(settlement, marketer)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE benefits_settlementline DISABLE TRIGGER ALL")
            cursor.execute(
                "UPDATE benefits_settlementline SET bank_fen = 4000, partner_fen = 0 WHERE number = 1"
            )
            cursor.execute("ALTER TABLE benefits_settlementline ENABLE TRIGGER ALL")
        with pytest.raises(SettlementAltered):
            pay(settlement, payer)

    def test_is_of_ones_own_branch(self, north: Any, stranger: Any) -> None:
        settlement = make_settlement(branch=north)
        with pytest.raises(SettlementNotFound):
            sent(settlement, stranger)


class TestDisputes:
    def test_hold_the_agreement_until_another_person_decides(
        self, north: Any, marketer: Any, payer: Any
    ) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        dispute_id = dispute(settlement, payer)
        with pytest.raises(SettlementStepWrong):
            agree(settlement, marketer)
        for person in (marketer, payer):
            with pytest.raises(OwnSettlement):
                decide(dispute_id, person)
        decide(dispute_id, make_staff("third", north, "business_reviewer"), accepted=False)
        with pytest.raises(DisputeClosed):
            decide(dispute_id, make_staff("fourth", north, "business_reviewer"))
        agree(settlement, marketer)

    def test_name_a_line_and_a_reason_once(self, north: Any, marketer: Any) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        with pytest.raises(DisputeIncomplete):
            dispute(settlement, marketer, line=99)
        dispute(settlement, marketer)
        with pytest.raises(DisputeClosed):
            dispute(settlement, marketer)

    @pytest.mark.parametrize("right_fen", [None, -1, 4000, 9999])
    def test_lower_a_value_and_no_more(self, right_fen: Any, north: Any, marketer: Any, payer: Any) -> None:
        settlement = sent(make_settlement(branch=north), marketer)
        dispute_id = dispute(settlement, marketer)
        with pytest.raises(AmountWrong):
            decide(dispute_id, payer, right_fen=right_fen)
        assert Dispute.objects.get().state == "open"

    def test_are_the_partners_own(self, north: Any, marketer: Any) -> None:
        settlement = make_settlement(branch=north)
        own = make_clerk(partner=settlement.partner, role="manager")
        other = make_clerk(partner=make_working(branch=north), role="manager")

        def raised_by(clerk: Any) -> int:
            return steps.dispute_line(
                settlement_id=settlement.pk,
                line_number=1,
                reason="未到店",
                clerk_id=clerk.pk,
                partner_id=clerk.partner_id,
                now=THIRD,
            )

        with pytest.raises(SettlementNotFound):
            raised_by(own)  # not sent yet
        sent(settlement, marketer)
        with pytest.raises(SettlementNotFound):
            raised_by(other)
        assert raised_by(own)


class TestReconciling:
    def test_fits_whatever_happened(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner)
        claims = [used_claim(benefit=benefit) for _ in range(4)]
        used_claim(benefit=benefit, at=datetime(2026, 9, 10, 4, 0, tzinfo=UTC))
        settlement = october(partner)
        give_back(claims[0])
        used_claim(benefit=benefit)
        found = reconciled(settlement)
        assert found.fits
        assert (found.claims.count, found.lines.count, found.returned.count) == (4, 4, 1)
        assert (found.open.count, found.late.count, found.late.value_fen) == (1, 1, 4000)

    def test_shows_what_does_not(self, partner: Any) -> None:
        benefit = partner_benefit(partner=partner)
        used_claim(benefit=benefit)
        settlement = october(partner)
        Claim.objects.update(ended_at=datetime(2026, 11, 5, tzinfo=UTC))
        assert not reconciled(settlement).fits

    def test_the_file_says_the_sums_of_the_lines(self, partner: Any) -> None:
        for value in (333, 4001):
            used_claim(benefit=partner_benefit(partner=partner, value_fen=value))
        settlement = october(partner)
        _head, rows = sheet(settlement)
        for column in (6, 7, 8):
            assert sum(row[column] for row in rows[1:-1]) == rows[-1][column]  # type: ignore[misc]
        assert Claim.objects.first().code not in str(rows)  # type: ignore[union-attr]
