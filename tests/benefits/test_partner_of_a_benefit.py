"""A benefit names a partner only while a contract carries it."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError

from huiqun.benefits import actions
from huiqun.benefits.models import Benefit
from huiqun.benefits.rules import BenefitKind
from huiqun.partners import actions as partners
from huiqun.partners.models import Contract, Partner
from huiqun.partners.rules import PARTNER_SCOPES, ServedKind
from huiqun.partners.rules.refusals import ContractShareDiffers, NoContract, PartnerNotFound
from tests.makers.benefits import benefit_terms, make_benefit
from tests.makers.partners import make_partner, make_working


def plan(by: Any, branch: Any, now: Any, **over: Any) -> int:
    terms = benefit_terms(**({"bank_share": 6000} | over))
    return actions.create_benefit(terms=terms, branch_id=branch.pk, by=by, now=now)


class TestPlanning:
    def test_takes_a_partner_with_a_contract(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_working(branch=north)
        benefit = Benefit.objects.get(pk=plan(marketer, north, now, partner_id=partner.pk))
        assert benefit.partner == partner and benefit.as_terms.partner_id == partner.pk

    def test_refuses_one_without(self, marketer: Any, north: Any, south: Any, now: Any) -> None:
        ends_sooner = make_working(branch=north, last_date=date(2026, 12, 30))
        for partner, refusal in (
            (make_partner(branch=north).pk, NoContract),
            (ends_sooner.pk, NoContract),
            (make_working(branch=south).pk, PartnerNotFound),
            (999_999, PartnerNotFound),
        ):
            with pytest.raises(refusal):
                plan(marketer, north, now, partner_id=partner)
        with pytest.raises(ContractShareDiffers):
            plan(marketer, north, now, partner_id=make_working(branch=north).pk, bank_share=10_000)
        assert not Benefit.objects.exists()

    def test_asks_again_at_a_change(self, marketer: Any, north: Any, now: Any) -> None:
        benefit_id = plan(marketer, north, now)
        terms = benefit_terms(bank_share=6000, partner_id=make_partner(branch=north).pk)
        with pytest.raises(NoContract):
            actions.update_benefit(benefit_id=benefit_id, terms=terms, by=marketer, now=now)
        assert Benefit.objects.get().partner is None


class TestFreezing:
    def test_refuses_when_the_contract_has_ended_meanwhile(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_working(branch=north)
        benefit_id = plan(marketer, north, now, partner_id=partner.pk)
        contract = Contract.objects.get(partner=partner)
        partners.end_contract(contract_id=contract.pk, reason="停业", by=marketer, now=now)
        with pytest.raises(NoContract):
            actions.freeze_benefit(benefit_id=benefit_id, by=marketer, now=now)
        assert not Benefit.objects.get().is_frozen

    def test_a_partner_that_is_named_stays(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_working(branch=north)
        make_benefit(branch=north, partner_id=partner.pk, bank_share=6000)
        Contract.objects.filter(partner=partner).delete()
        with pytest.raises(ProtectedError), transaction.atomic():
            Partner.objects.filter(pk=partner.pk).delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_partners_serve_kinds_that_there_are() -> None:
    from huiqun.benefits.api import REDEEM, UPLOAD

    assert set(ServedKind) <= set(BenefitKind)
    assert {REDEEM, UPLOAD} == PARTNER_SCOPES
