"""Signatures and templates with their states, and what is sent under them."""

from datetime import date, timedelta
from typing import Any

import pytest

from huiqun.delivery import actions
from huiqun.delivery.channels.base import Message, Verdict
from huiqun.delivery.channels.http_sms import HttpSmsSender
from huiqun.delivery.models import Run, SmsSignature, SmsTemplate
from huiqun.delivery.queries.sms import registration_of
from huiqun.delivery.rules import refusals
from huiqun.delivery.rules.sms_templates import Registration, Template
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.makers.customers import make_customer
from tests.makers.delivery import (
    NOW,
    demand,
    make_account,
    make_order,
    make_signature,
    make_template,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
ON = date(2026, 11, 20)


def kinds() -> list[str]:
    return list(Fact.objects.filter(kind__contains="Sms").order_by("id").values_list("kind", flat=True))


class TestSignatures:
    def test_goes_from_application_to_approval(self, head_office: Any, administrator: Any) -> None:
        account = make_account(branch=head_office)
        signature_id = actions.apply_for_signature(
            account_id=account.pk,
            text="【江川银行】",
            right="company",
            proof="营业执照",
            by=administrator,
            now=NOW,
        )
        assert registration_of(account.pk, on=ON).signatures == ()
        actions.decide_signature(signature_id=signature_id, state="approved", by=administrator, now=NOW)
        assert registration_of(account.pk, on=ON).signatures == ("【江川银行】",)
        assert kinds() == ["delivery.SmsSignatureApplied", "delivery.SmsSignatureDecided"]

    def test_what_was_refused_is_applied_for_once_more_and_what_was_approved_is_not(
        self, head_office: Any, administrator: Any
    ) -> None:
        account = make_account(branch=head_office)
        row = make_signature(account=account, state="refused")
        again = {"right": "trademark", "proof": "商标证", "by": administrator, "now": NOW}
        actions.apply_for_signature(account_id=account.pk, signature_id=row.pk, text="【江川行】", **again)
        row.refresh_from_db()
        assert (row.state, row.text) == ("applied", "【江川行】")
        actions.decide_signature(signature_id=row.pk, state="approved", by=administrator, now=NOW)
        with pytest.raises(refusals.RegistrationSettled):
            actions.apply_for_signature(account_id=account.pk, signature_id=row.pk, text="【别的】", **again)
        assert SmsSignature.objects.get().text == "【江川行】"

    def test_the_same_twice_is_refused(self, head_office: Any, administrator: Any) -> None:
        account = make_account(branch=head_office)
        make_signature(account=account)
        with pytest.raises(refusals.RegistrationTaken):
            actions.apply_for_signature(
                account_id=account.pk,
                text="【江川银行】",
                right="company",
                proof="x",
                by=administrator,
                now=NOW,
            )

    def test_ends_on_its_day_and_is_marked_the_night_after(self, head_office: Any) -> None:
        account = make_account(branch=head_office)
        make_signature(account=account, valid_until_date=ON)
        assert registration_of(account.pk, on=ON).signatures
        assert not registration_of(account.pk, on=ON + timedelta(days=1)).signatures
        assert actions.expire_registrations(on=ON, now=NOW) == 0
        assert actions.expire_registrations(on=ON + timedelta(days=1), now=NOW) == 1
        assert SmsSignature.objects.get().state == "expired"
        assert actions.expire_registrations(on=ON + timedelta(days=1), now=NOW) == 0

    def test_a_mail_account_has_none(self, head_office: Any, administrator: Any) -> None:
        account = make_account(branch=head_office, channel="email")
        with pytest.raises(refusals.NotAnSmsAccount):
            actions.apply_for_signature(
                account_id=account.pk,
                text="【江川银行】",
                right="company",
                proof="x",
                by=administrator,
                now=NOW,
            )

    def test_somebody_of_another_branch_decides_nothing(self, north: Any, south: Any) -> None:
        from tests.conftest import make_staff

        stranger = make_staff("stranger-admin", south, "administrator")
        row = make_signature(account=make_account(branch=north), state="applied")
        with pytest.raises(NotFound):
            actions.decide_signature(signature_id=row.pk, state="approved", by=stranger, now=NOW)
        row.refresh_from_db()
        assert row.state == "applied"


class TestTemplates:
    def test_an_approved_one_has_the_operators_number(self, head_office: Any, administrator: Any) -> None:
        account = make_account(branch=head_office)
        template_id = actions.apply_for_template(
            account_id=account.pk, name="讲座", text="${who}您好", by=administrator, now=NOW
        )
        with pytest.raises(refusals.TemplateNumberMissing):
            actions.decide_template(template_id=template_id, state="approved", by=administrator, now=NOW)
        actions.decide_template(
            template_id=template_id, state="approved", number="SMS_1", by=administrator, now=NOW
        )
        assert registration_of(account.pk, on=ON).templates == (Template("SMS_1", "${who}您好"),)
        assert SmsTemplate.objects.get().decided_at == NOW

    def test_two_of_one_number_are_refused(self, head_office: Any, administrator: Any) -> None:
        account = make_account(branch=head_office)
        make_template(account=account, text="甲", number="SMS_1")
        other = make_template(account=account, text="乙", number="", state="applied")
        with pytest.raises(refusals.RegistrationTaken):
            actions.decide_template(
                template_id=other.pk, state="approved", number="SMS_1", by=administrator, now=NOW
            )


class TestOrders:
    """The approved words of the test dossier begin with no signature."""

    def test_a_run_is_not_opened_for_what_is_not_registered(self, north: Any) -> None:
        account = make_account(branch=north)
        demand(account)
        order = make_order(branch=north, people=[make_customer(branch=north)], accounts=[account])
        with pytest.raises(refusals.SmsNotRegistered):
            actions.open_run(order=order, by=None, now=NOW)
        assert not Run.objects.exists()

    def test_an_account_that_demands_nothing_sends_anything(self, north: Any) -> None:
        order = make_order(branch=north, people=[make_customer(branch=north)])
        assert actions.open_run(order=order, by=None, now=NOW)


class TestGateway:
    """What is posted, by what the gateway wants to be told."""

    text = "【江川银行】王女士您好 拒收请回复R"

    def sender(self, **over: Any) -> HttpSmsSender:
        values: dict[str, Any] = {
            "demands": "template",
            "signatures": ("【江川银行】",),
            "templates": (Template("SMS_1", "${who:3}您好 拒收请回复R"),),
        }
        config = {"url": "http://127.0.0.1:9/messages", "account": "bank"}
        return HttpSmsSender({**config, "registration": Registration(**(values | over))}, "secret")

    def payload(self, **over: Any) -> dict[str, Any]:
        sender = self.sender(**over)
        message = Message(key="k", to="13900000001", body=self.text, at=NOW)
        try:
            return sender._payload(message, sender._registration.read(self.text))
        finally:
            sender.close()

    def test_leaves_all_in_the_text_unless_told(self) -> None:
        assert self.payload() == {"key": "k", "to": "13900000001", "text": self.text}

    def test_tells_signature_and_number_beside_the_text(self) -> None:
        told = self.payload(signature_as="field", template_as="number")
        assert told["signature"] == "【江川银行】" and told["template"] == "SMS_1"
        assert told["text"] == "王女士您好 拒收请回复R"

    def test_tells_what_is_filled_in_instead_of_the_text(self) -> None:
        told = self.payload(signature_as="field", template_as="values")
        assert told["values"] == {"who": "王女士"} and "text" not in told

    def test_what_expired_since_stops_the_account_and_a_long_name_one_person(self) -> None:
        for signatures, text, verdict in (
            ((), self.text, Verdict.ACCOUNT),
            (("【江川银行】",), "【江川银行】再见", Verdict.ACCOUNT),
            (("【江川银行】",), "【江川银行】欧阳女士您好 拒收请回复R", Verdict.REFUSED),
        ):
            sender = self.sender(signatures=signatures)
            outcome = sender.send(Message(key="k", to="13900000001", body=text, at=NOW))
            sender.close()
            assert outcome.verdict == verdict, text


class TestPages:
    def test_an_administrator_walks_from_application_to_number(
        self, head_office: Any, administrator: Any, client_of: Any
    ) -> None:
        account, client = make_account(branch=head_office), client_of(administrator)
        base = f"/delivery/accounts/{account.pk}/sms/"
        terms = {"demands": "template", "signature_as": "text", "template_as": "number", "price": "0.0385"}
        assert client.post(f"{base}terms/", terms).status_code == 302
        form = {"text": "【江川银行】", "right": "company", "proof": "营业执照"}
        assert client.post(f"{base}signatures/new/", {**form, "text": "江川"}).status_code == 422
        assert client.post(f"{base}signatures/new/", form).status_code == 302
        assert client.post(f"{base}templates/new/", {"name": "讲座", "text": "${who}您好"}).status_code == 302
        template = SmsTemplate.objects.get()
        decide = f"/delivery/templates/{template.pk}/decision/"
        assert client.post(decide, {"state": "approved"}).status_code == 422
        assert client.post(decide, {"state": "approved", "number": "SMS_9"}).status_code == 302
        page = client.get(base).content.decode()
        assert "SMS_9" in page and "0.0385" in page and "【江川银行】" in page

    def test_values_without_a_demanded_template_are_refused(
        self, head_office: Any, administrator: Any, client_of: Any
    ) -> None:
        account = make_account(branch=head_office)
        form = {"demands": "", "signature_as": "text", "template_as": "values", "price": "0.04"}
        page = client_of(administrator).post(f"/delivery/accounts/{account.pk}/sms/terms/", form)
        assert page.status_code == 422
