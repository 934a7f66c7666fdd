"""The register: who may be in it, whose it is, and who is shut out with it."""

from typing import Any

import pytest
from django.test import Client

from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from huiqun.partners import actions, queries
from huiqun.partners.models import ClerkSession, Partner, PartnerKey
from huiqun.partners.rules import is_credit_code
from huiqun.partners.rules.refusals import (
    CreditCodeTaken,
    CreditCodeWrong,
    KeyBoundElsewhere,
    KeyNotBound,
    KeyOpensMore,
    PartnerNotFound,
    ReasonNeeded,
    StateWrong,
)
from tests.makers.partners import counter_of, credit_code, make_clerk, make_partner
from tests.makers.workforce import make_api_key


def register(by: Any, branch: Any, now: Any, **over: Any) -> int:
    values = {"name": "江边影城", "credit_code": credit_code(), "kind": "cinema"}
    return actions.register_partner(**(values | over), branch_id=branch.pk, by=by, now=now)


class TestCreditCode:
    @pytest.mark.parametrize("code", ["91350100M000100Y43", "914403001922038216"])
    def test_accepts_what_the_registry_gave(self, code: str) -> None:
        assert is_credit_code(code)

    @pytest.mark.parametrize(
        "code", ["91350100M000100Y44", "91350100M000100Y4", "91350100M000100YI3", "", "９1350100M000100Y43"]
    )
    def test_refuses_a_slip_of_the_pen(self, code: str) -> None:
        assert not is_credit_code(code)

    def test_notices_every_two_digits_exchanged(self) -> None:
        code = "91350100M000100Y43"
        for at in range(16):
            if code[at] != code[at + 1]:
                swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
                assert not is_credit_code(swapped)


class TestRegistering:
    def test_registers_once_by_its_code(self, marketer: Any, north: Any, now: Any) -> None:
        code = credit_code()
        partner = Partner.objects.get(pk=register(marketer, north, now, credit_code=f" {code.lower()} "))
        assert (partner.credit_code, partner.branch) == (code, north)
        with pytest.raises(CreditCodeTaken):
            register(marketer, north, now, credit_code=code)
        assert Fact.objects.filter(kind="partners.PartnerRegistered").count() == 1

    def test_refuses_a_wrong_code_and_a_strange_branch(
        self, marketer: Any, north: Any, south: Any, now: Any
    ) -> None:
        with pytest.raises(CreditCodeWrong):
            register(marketer, north, now, credit_code="91350100M000100Y44")
        with pytest.raises(NotFound):
            register(marketer, south, now)
        assert not Partner.objects.exists()

    def test_branches_below_see_it_and_do_not_change_it(
        self, marketer: Any, head_office: Any, stranger: Any, north: Any, now: Any
    ) -> None:
        above, own = make_partner(branch=head_office), make_partner(branch=north)
        assert queries.visible_partner(above.pk, marketer) == above
        with pytest.raises(PartnerNotFound):
            actions.suspend_partner(partner_id=above.pk, reason="x", by=marketer, now=now)
        with pytest.raises(PartnerNotFound):
            queries.visible_partner(own.pk, stranger)

    def test_keeps_contacts_encrypted(self, marketer: Any, north: Any, now: Any) -> None:
        from django.db import connection

        partner = make_partner(branch=north)
        actions.add_contact(
            partner_id=partner.pk,
            name="包打听",
            duty="店长",
            phone="13900001111",
            email="",
            by=marketer,
            now=now,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, phone FROM partners_contact")
            stored = b"".join(bytes(each) for each in cursor.fetchone())
        assert "包打听".encode() not in stored and b"13900001111" not in stored
        assert "13900001111" not in str(Fact.objects.values_list("body", flat=True))


class TestSuspending:
    def test_signs_its_clerks_out_at_once(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        clerk = make_clerk(partner=partner)
        client = counter_of(clerk, now=now)
        assert client.get("/counter/password/").status_code == 200
        with pytest.raises(ReasonNeeded):
            actions.suspend_partner(partner_id=partner.pk, reason=" ", by=marketer, now=now)
        actions.suspend_partner(partner_id=partner.pk, reason="停业整顿", by=marketer, now=now)
        assert client.get("/counter/password/").status_code == 302
        assert not ClerkSession.objects.filter(ended_at=None).exists()

    def test_ends_for_good(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        actions.suspend_partner(partner_id=partner.pk, reason="合作结束", for_good=True, by=marketer, now=now)
        with pytest.raises(StateWrong):
            actions.resume_partner(partner_id=partner.pk, by=marketer, now=now)


class TestKeys:
    def test_act_for_one_partner_only(self, marketer: Any, north: Any, now: Any) -> None:
        partner, other = make_partner(branch=north), make_partner(branch=north)
        key_id, _whole = make_api_key(branch=north, scopes=("benefits:redeem",))
        with pytest.raises(KeyNotBound):
            queries.partner_of_key(key_id)
        actions.bind_key(partner_id=partner.pk, api_key_id=key_id, by=marketer, now=now)
        assert queries.partner_of_key(key_id) == partner.pk
        with pytest.raises(KeyBoundElsewhere):
            actions.bind_key(partner_id=other.pk, api_key_id=key_id, by=marketer, now=now)
        actions.suspend_partner(partner_id=partner.pk, reason="停业", by=marketer, now=now)
        with pytest.raises(KeyNotBound):
            queries.partner_of_key(key_id)

    def test_open_nothing_else(self, marketer: Any, north: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        key_id, _whole = make_api_key(branch=north, scopes=("copy:check",))
        with pytest.raises(KeyOpensMore):
            actions.bind_key(partner_id=partner.pk, api_key_id=key_id, by=marketer, now=now)
        assert not PartnerKey.objects.exists()


class TestPages:
    def test_shows_a_wrong_code_at_its_field(
        self, marketer: Any, north: Any, client_of: Any, now: Any
    ) -> None:
        given = {
            "name": "江边影城",
            "credit_code": "91350100M000100Y44",
            "kind": "cinema",
            "branch": north.pk,
        }
        page = client_of(marketer).post("/partners/new/", given, headers={"accept-language": "en"})
        assert page.status_code == 422 and not Partner.objects.exists()

    def test_lists_and_exports_what_matches(
        self, marketer: Any, north: Any, client_of: Any, now: Any
    ) -> None:
        (
            make_partner(branch=north, name="=江边影城"),
            make_partner(branch=north, name="云上书店", kind="retail"),
        )
        client = client_of(marketer)
        assert "云上书店" not in client.get("/partners/", {"kind": "cinema"}).content.decode()
        exported = client.get("/partners/export/", {"kind": "cinema"}).getvalue().decode("utf-8-sig")
        assert "'=江边影城" in exported and "云上书店" not in exported

    def test_the_counter_is_no_way_into_the_banks_pages(self, north: Any, now: Any) -> None:
        client = counter_of(make_clerk(partner=make_partner(branch=north)), now=now)
        assert client.get("/partners/")["Location"].startswith("/accounts/login/")
        assert Client().get("/counter/password/")["Location"].startswith("/counter/sign-in/")
