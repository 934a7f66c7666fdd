"""Contracts: four eyes on what decides where money goes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huiqun.foundation.models import Fact, Notice
from huiqun.partners import actions, queries
from huiqun.partners.models import Contract
from huiqun.partners.rules.contracts import reminder_due
from huiqun.partners.rules.refusals import (
    ContractDatesWrong,
    ContractIncomplete,
    ContractNotDraft,
    ContractNumberTaken,
    ContractOverlaps,
    ContractShareDiffers,
    ContractUnseen,
    NoContract,
    OwnContract,
    PaperMissing,
    PaperUnreadable,
    PartnerNotActive,
    PartnerNotFound,
)
from tests.conftest import make_staff
from tests.makers.partners import SCAN, contract_terms, make_contract, make_partner, make_working


def draft(partner: Any, by: Any, now: Any, *, paper: bool = True, **over: Any) -> Contract:
    contract_id = actions.draft_contract(partner_id=partner.pk, terms=contract_terms(**over), by=by, now=now)
    if paper:
        actions.keep_paper(contract_id=contract_id, file_name="c.pdf", content=SCAN, by=by, now=now)
    return Contract.objects.get(pk=contract_id)


def seen(contract: Contract) -> str:
    return actions.confirmed_digest(contract, contract.paper.digest)


def confirm(contract: Contract, by: Any, now: Any, digest: str = "") -> None:
    actions.confirm_contract(contract_id=contract.pk, seen_digest=digest or seen(contract), by=by, now=now)


@pytest.fixture
def second(north: Any) -> Any:
    return make_staff("second", north, "business_reviewer")


class TestConfirming:
    def test_takes_a_second_person(self, marketer: Any, second: Any, north: Any, now: Any) -> None:
        contract = draft(make_partner(branch=north), marketer, now)
        with pytest.raises(OwnContract):
            confirm(contract, marketer, now)
        confirm(contract, second, now)
        contract.refresh_from_db()
        assert (contract.state, contract.confirmed_by) == ("in_force", second)
        assert contract.account_number not in str(list(Fact.objects.values_list("body", flat=True)))

    def test_takes_what_was_seen(self, marketer: Any, second: Any, north: Any, now: Any) -> None:
        """The account is exchanged between the look and the tap."""
        contract = draft(make_partner(branch=north), marketer, now)
        looked_at = seen(contract)
        terms = contract_terms(number=contract.number, account_number="6222000011112222")
        actions.change_contract(contract_id=contract.pk, terms=terms, by=marketer, now=now)
        with pytest.raises(ContractUnseen):
            confirm(contract, second, now, looked_at)
        assert Contract.objects.get().state == "draft"

    def test_takes_the_signed_paper(self, marketer: Any, second: Any, north: Any, now: Any) -> None:
        contract = draft(make_partner(branch=north), marketer, now, paper=False)
        with pytest.raises(PaperMissing):
            confirm(contract, second, now, "x")
        with pytest.raises(PaperUnreadable):
            actions.keep_paper(
                contract_id=contract.pk, file_name="a.exe", content=b"MZ", by=marketer, now=now
            )

    def test_refuses_two_for_one_kind_and_day(self, marketer: Any, second: Any, north: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        confirm(draft(partner, marketer, now, kinds=("ticket",)), second, now)
        confirm(draft(partner, marketer, now, kinds=("gift",)), second, now)
        with pytest.raises(ContractOverlaps):
            confirm(draft(partner, marketer, now, kinds=("gift", "ticket")), second, now)

    def test_leaves_what_is_in_force_alone(self, marketer: Any, second: Any, north: Any, now: Any) -> None:
        contract = draft(make_partner(branch=north), marketer, now)
        confirm(contract, second, now)
        with pytest.raises(ContractNotDraft):
            actions.change_contract(
                contract_id=contract.pk, terms=contract_terms(bank_share=0), by=marketer, now=now
            )
        with pytest.raises(ContractNotDraft):
            confirm(contract, second, now)


class TestTerms:
    @pytest.mark.parametrize(
        ("over", "refusal"),
        [
            ({"kinds": ()}, ContractIncomplete),
            ({"kinds": ("points",)}, ContractIncomplete),
            ({"account_number": "12-34"}, ContractIncomplete),
            ({"last_date": date(2025, 12, 31)}, ContractDatesWrong),
            ({"settlement_day": 31}, ContractDatesWrong),
        ],
    )
    def test_refuses_what_cannot_be(
        self, over: dict[str, Any], refusal: type, marketer: Any, north: Any, now: Any
    ) -> None:
        with pytest.raises(refusal):
            draft(make_partner(branch=north), marketer, now, **over)
        assert not Contract.objects.exists()

    def test_has_a_number_of_its_own(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        draft(partner, marketer, now, number="HT-1")
        with pytest.raises(ContractNumberTaken):
            draft(partner, marketer, now, number="HT-1")


@pytest.mark.django_db
class TestCarryingABenefit:
    def ask(self, partner: Any, branch: Any, **over: Any) -> int:
        values: dict[str, Any] = {
            "kind": "ticket",
            "bank_share": 6000,
            "first": date(2026, 11, 1),
            "last": date(2026, 12, 31),
        }
        return queries.require_contract(partner_id=partner.pk, branch_id=branch.pk, **(values | over))

    def test_holds_from_the_first_to_the_last_day(self, north: Any) -> None:
        partner = make_working(branch=north, start_date=date(2026, 11, 1), last_date=date(2026, 12, 31))
        assert self.ask(partner, north)
        for over in ({"first": date(2026, 10, 31)}, {"last": date(2027, 1, 1)}, {"kind": "donation"}):
            with pytest.raises(NoContract):
                self.ask(partner, north, **over)

    def test_is_no_draft_and_not_ended(self, north: Any, marketer: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        make_contract(partner=partner, confirmed=False)
        with pytest.raises(NoContract):
            self.ask(partner, north)
        ended = make_contract(partner=partner)
        actions.end_contract(contract_id=ended.pk, reason="停业", by=marketer, now=now)
        with pytest.raises(NoContract):
            self.ask(partner, north)

    def test_says_who_bears_what(self, north: Any) -> None:
        with pytest.raises(ContractShareDiffers):
            self.ask(make_working(branch=north), north, bank_share=10_000)

    def test_is_of_this_branch_or_one_above(self, north: Any, south: Any, head_office: Any) -> None:
        assert self.ask(make_working(branch=head_office), north)
        with pytest.raises(PartnerNotFound):
            self.ask(make_working(branch=south), north)

    def test_is_of_an_active_partner(self, north: Any, marketer: Any, now: Any) -> None:
        partner = make_working(branch=north)
        actions.suspend_partner(partner_id=partner.pk, reason="停业", by=marketer, now=now)
        with pytest.raises(PartnerNotActive):
            self.ask(partner, north)


class TestReminders:
    @pytest.mark.parametrize(
        ("left", "told", "due"),
        [
            (31, None, None),
            (30, None, 30),
            (29, 30, None),
            (7, 30, 7),
            (5, None, 7),
            (1, 7, 1),
            (0, 7, 1),
            (0, 1, None),
        ],
    )
    def test_come_30_7_and_1_days_before(self, left: int, told: int | None, due: int | None) -> None:
        today = date(2026, 11, 20)
        assert reminder_due(last_date=today + timedelta(days=left), told=told, on=today) == due

    def test_are_told_once_to_whoever_keeps_the_contract(self, north: Any, now: Any) -> None:
        contract = make_contract(partner=make_partner(branch=north), last_date=date(2026, 12, 20))
        assert actions.remind_of_contracts(now=now) == 1
        assert actions.remind_of_contracts(now=now) == 0
        told = set(Notice.objects.values_list("staff", flat=True))
        assert told == {contract.changed_by_id, contract.confirmed_by_id}
        assert Fact.objects.get(kind="partners.ContractExpiring").body["days"] == 30

    def test_go_by_the_days_of_the_bank(self, north: Any, now: Any) -> None:
        """16:30 in UTC is past midnight in Shanghai."""
        make_contract(partner=make_partner(branch=north), last_date=date(2026, 12, 21))
        assert actions.remind_of_contracts(now=datetime(2026, 11, 20, 15, 30, tzinfo=UTC)) == 0
        assert actions.remind_of_contracts(now=datetime(2026, 11, 20, 16, 30, tzinfo=UTC)) == 1


class TestPages:
    def test_show_the_whole_account_to_who_compares_it(
        self, north: Any, second: Any, auditor: Any, client_of: Any, now: Any
    ) -> None:
        contract = make_contract(partner=make_partner(branch=north), confirmed=False)
        address = f"/partners/contracts/{contract.pk}/"
        assert contract.account_number in client_of(second).get(address).content.decode()
        assert contract.account_number not in client_of(auditor).get(address).content.decode()

    def test_confirm_what_the_page_showed(self, north: Any, second: Any, client_of: Any, now: Any) -> None:
        contract = make_contract(partner=make_partner(branch=north), confirmed=False)
        client, address = client_of(second), f"/partners/contracts/{contract.pk}/confirm/"
        assert client.post(address, {"seen": "0" * 64}).status_code == 409
        assert client.post(address, {"seen": seen(contract)}).status_code == 302
        assert Contract.objects.get().state == "in_force"

    def test_give_the_paper_back_as_it_was(self, north: Any, auditor: Any, client_of: Any, now: Any) -> None:
        contract = make_contract(partner=make_partner(branch=north))
        answer = client_of(auditor).get(f"/partners/contracts/{contract.pk}/paper/")
        assert answer.content == SCAN and "attachment" in answer["Content-Disposition"]
