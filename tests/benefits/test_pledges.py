"""Pledges: promised by two people, counted from what the bank delivers, paid to the fen with receipts."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Claim, Pledge, PledgeDay, PledgeTransfer
from huiqun.benefits.rules.pledges import (
    PledgeNotFound,
    PledgeNotPaid,
    PledgeOwn,
    PledgePer,
    PledgeStands,
    PledgeStateWrong,
    PledgeWrong,
    ReceiptKnown,
    ReceiptWrong,
    TransferWrong,
)
from huiqun.foundation.models import Fact
from tests.makers.audiences import make_lake, profile
from tests.makers.benefits import make_benefit, make_claim, make_pledge, pledge_terms
from tests.makers.customers import make_customer

RECEIPT = b"%PDF-1.7 bank receipt"
DAY = date(2026, 11, 18)


def paid(pledge: Any, by: Any, now: datetime, **over: Any) -> int:
    values: dict[str, Any] = {
        "amount_fen": 100, "paid_on": DAY, "reference": "R1", "file_name": "回单.pdf", "content": RECEIPT,
    }  # fmt: skip
    return actions.record_transfer(pledge_id=pledge.pk, by=by, now=now, **values | over)


def opened(pledge: Any, *days: date, branch: Any, first_id: int = 1) -> None:
    make_lake(profiles=[profile(first_id + place, branch, opened_date=day) for place, day in enumerate(days)])


@pytest.mark.django_db
class TestPromising:
    def test_one_writes_and_another_makes_it_public(
        self, marketer: Any, business_reviewer: Any, now: datetime
    ) -> None:
        pledge_id = actions.write_pledge(
            terms=pledge_terms(), branch_id=marketer.branch_id, by=marketer, now=now
        )
        actions.submit_pledge(pledge_id=pledge_id, by=marketer, now=now)
        digest = Pledge.objects.get().frozen_digest
        with pytest.raises(PledgeStands):
            actions.write_pledge(
                terms=pledge_terms(amount_fen=1),
                branch_id=marketer.branch_id,
                by=marketer,
                now=now,
                pledge_id=pledge_id,
            )
        with pytest.raises(PledgeOwn):
            actions.open_pledge(pledge_id=pledge_id, digest_seen=digest, by=marketer, now=now)
        with pytest.raises(PledgeStateWrong):
            actions.open_pledge(pledge_id=pledge_id, digest_seen="", by=business_reviewer, now=now)
        actions.send_back_pledge(pledge_id=pledge_id, reason="接收方写全称", by=business_reviewer, now=now)
        actions.submit_pledge(pledge_id=pledge_id, by=marketer, now=now)
        actions.open_pledge(pledge_id=pledge_id, digest_seen=digest, by=business_reviewer, now=now)
        assert Pledge.objects.get().state == "open"

    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"name": " "}, "name"),
            ({"recipient": ""}, "recipient"),
            ({"amount_fen": 0}, "amount_fen"),
            ({"amount_fen": -100}, "amount_fen"),
            ({"amount_fen": 2**70}, "amount_fen"),
            ({"cap_fen": 99}, "cap_fen"),
            ({"last_date": date(2026, 10, 1)}, "last_date"),
            ({"per": PledgePer.CLAIM}, "benefit_id"),
            ({"benefit_id": 1}, "benefit_id"),
            ({"per": PledgePer.CLAIM, "benefit_id": 0}, "benefit_id"),
        ],
    )
    def test_refuses_what_is_no_promise(self, over: Any, field: str, marketer: Any, now: datetime) -> None:
        with pytest.raises(PledgeWrong) as refused:
            actions.write_pledge(
                terms=pledge_terms(**over), branch_id=marketer.branch_id, by=marketer, now=now
            )
        assert refused.value.field == field
        assert not Pledge.objects.exists()

    def test_other_branches_pledges_are_not_there(self, north: Any, stranger: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north)
        with pytest.raises(PledgeNotFound):
            paid(pledge, stranger, now)


@pytest.mark.django_db
class TestCounting:
    def test_counts_the_accounts_that_the_bank_delivers(
        self, head_office: Any, north: Any, south: Any, now: datetime
    ) -> None:
        bank, branch = make_pledge(branch=head_office), make_pledge(branch=north)
        days = (date(2026, 10, 31), date(2026, 11, 1), DAY, DAY, date(2026, 11, 20), date(2026, 11, 21))
        north_rows = [profile(place, north, opened_date=day) for place, day in enumerate(days, 1)]
        make_lake(profiles=[*north_rows, profile(99, south, opened_date=DAY), profile(98, south)])
        assert actions.count_pledges(now=now) == 2
        bank.refresh_from_db()
        branch.refresh_from_db()
        assert (bank.counted, branch.counted, branch.due_fen) == (5, 4, 400)
        assert dict(PledgeDay.objects.filter(pledge=branch).values_list("day", "count")) == {
            date(2026, 11, 1): 1, DAY: 2, date(2026, 11, 20): 1,
        }  # fmt: skip
        assert actions.count_pledges(now=now) == 0
        assert Fact.objects.filter(kind="benefits.PledgeCounted").count() == 2

    def test_what_was_counted_stays_counted(self, north: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north)
        opened(pledge, DAY, DAY, branch=north)
        actions.count_pledges(now=now)
        opened(pledge, DAY, branch=north)
        actions.count_pledges(now=now)
        opened(pledge, DAY, DAY, DAY, branch=north)
        actions.count_pledges(now=now)
        pledge.refresh_from_db()
        assert pledge.counted == 3

    def test_counts_claims_of_a_benefit(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north)
        pledge = make_pledge(branch=north, per=PledgePer.CLAIM, benefit_id=benefit.pk)
        for _ in range(3):
            make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk, now=now)
        make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk, now=now - timedelta(days=60))
        Claim.objects.filter(pk=Claim.objects.latest("id").pk - 1).update(state="revoked")
        actions.count_pledges(now=now)
        pledge.refresh_from_db()
        assert pledge.counted == 2

    def test_owes_no_more_than_the_cap(self, north: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north, cap_fen=200)
        opened(pledge, *[DAY] * 5, branch=north)
        actions.count_pledges(now=now)
        pledge.refresh_from_db()
        assert (pledge.counted, pledge.due_fen) == (5, 200)


@pytest.mark.django_db
class TestPaying:
    def test_is_settled_when_what_was_paid_is_what_is_due(
        self, north: Any, marketer: Any, now: datetime
    ) -> None:
        pledge = make_pledge(branch=north, last_date=DAY)
        opened(pledge, DAY, DAY, DAY, branch=north)
        actions.count_pledges(now=now)
        paid(pledge, marketer, now, amount_fen=200)
        with pytest.raises(PledgeNotPaid) as refused:
            actions.settle_pledge(pledge_id=pledge.pk, by=marketer, now=now)
        assert refused.value.values == {"paid": "2.00", "due": "3.00"}
        paid(pledge, marketer, now, reference="R2", content=RECEIPT + b"2")
        actions.settle_pledge(pledge_id=pledge.pk, by=marketer, now=now)
        pledge.refresh_from_db()
        assert (pledge.state, PledgeTransfer.objects.count()) == ("settled", 2)
        assert Fact.objects.latest("id").body == {"pledge_id": pledge.pk, "counted": 3, "paid_fen": 300}

    def test_counts_once_more_before_it_is_settled(self, north: Any, marketer: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north, last_date=DAY)
        opened(pledge, DAY, branch=north)
        actions.count_pledges(now=now)
        paid(pledge, marketer, now)
        opened(pledge, DAY, DAY, branch=north)
        with pytest.raises(PledgeNotPaid):
            actions.settle_pledge(pledge_id=pledge.pk, by=marketer, now=now)

    def test_is_not_settled_before_it_has_ended(self, north: Any, marketer: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north)
        opened(pledge, DAY, branch=north)
        actions.count_pledges(now=now)
        paid(pledge, marketer, now)
        with pytest.raises(PledgeNotPaid):
            actions.settle_pledge(pledge_id=pledge.pk, by=marketer, now=now)

    @pytest.mark.parametrize(
        ("over", "refusal"),
        [
            ({"amount_fen": 201}, TransferWrong),
            ({"amount_fen": 0}, TransferWrong),
            ({"amount_fen": -5}, TransferWrong),
            ({"reference": " "}, TransferWrong),
            ({"paid_on": date(2026, 11, 21)}, TransferWrong),
            ({"paid_on": date(2026, 10, 31)}, TransferWrong),
            ({"content": b"MZ not a receipt"}, ReceiptWrong),
            ({"content": b""}, ReceiptWrong),
            ({"content": b"%PDF-" + b"x" * (5 * 1024 * 1024)}, ReceiptWrong),
        ],
    )
    def test_refuses_what_is_no_payment(
        self, over: Any, refusal: Any, north: Any, marketer: Any, now: datetime
    ) -> None:
        pledge = make_pledge(branch=north)
        opened(pledge, DAY, DAY, branch=north)
        actions.count_pledges(now=now)
        with pytest.raises(refusal):
            paid(pledge, marketer, now, **over)
        assert not PledgeTransfer.objects.exists()

    def test_a_receipt_counts_once(self, north: Any, marketer: Any, now: datetime) -> None:
        pledge, other = make_pledge(branch=north), make_pledge(branch=north)
        opened(pledge, DAY, DAY, branch=north)
        actions.count_pledges(now=now)
        paid(pledge, marketer, now)
        with pytest.raises(ReceiptKnown):
            paid(pledge, marketer, now, reference="R2")
        with pytest.raises(ReceiptKnown):
            paid(pledge, marketer, now, content=RECEIPT + b"2")
        with pytest.raises(ReceiptKnown):
            paid(other, marketer, now)
