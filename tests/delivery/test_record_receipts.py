"""Receipts and replies: late, doubled, out of order or forged, and never harmful."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiqun.customers import queries as customers
from huiqun.delivery import actions
from huiqun.delivery.actions.receipts import Receipt
from huiqun.delivery.channels import signing
from huiqun.delivery.models import Recipient, Suppression, Touch
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run, outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def sent(north: Any) -> Any:
    """An account, its run and the one person it has sent to."""
    person = make_customer(branch=north, consents=["sms"])
    account = make_account(branch=north, tray=Tray(), secret="the gateway's secret")
    run = open_run(branch=north, people=[person], accounts=[account])
    drain(run)
    recipient = Recipient.objects.select_related("run").get(run=run)
    return type("Sent", (), {"person": person, "account": account, "run": run, "recipient": recipient})


def tell(sent: Any, status: str, **over: Any) -> int:
    values = {"key": sent.recipient.key, "status": status, "at": LATER, **over}
    account_id = values.pop("account_id", sent.account.pk)
    return actions.record_receipts(account_id=account_id, receipts=[Receipt(**values)], now=LATER)


def kinds(sent: Any) -> set[str]:
    return set(Touch.objects.filter(recipient=sent.recipient).values_list("kind", flat=True))


class TestReceipts:
    def test_delivered_is_noted_once(self, sent: Any) -> None:
        assert [tell(sent, "delivered") for _ in range(2)] == [1, 0]
        assert outcome(sent.run, sent.person) == ("delivered", "")
        assert kinds(sent) == {"sent", "delivered"}

    def test_failed_is_noted_unless_it_was_delivered(self, sent: Any) -> None:
        tell(sent, "failed", code="unreachable")
        assert outcome(sent.run, sent.person) == ("failed", "undelivered")
        tell(sent, "delivered")
        assert outcome(sent.run, sent.person) == ("delivered", "")
        assert tell(sent, "failed") == 0
        assert outcome(sent.run, sent.person) == ("delivered", "")

    def test_a_dead_number_is_not_written_to_again(self, sent: Any) -> None:
        tell(sent, "failed", permanent=True)
        assert Suppression.objects.get(customer_id=sent.person.pk).reason == "bounced"
        assert "bounced" in kinds(sent)

    def test_a_receipt_may_come_before_the_answer(self, north: Any) -> None:
        person, tray = make_customer(branch=north, consents=["sms"]), Tray()
        account = make_account(branch=north, tray=tray)
        run = open_run(branch=north, people=[person], accounts=[account])

        def early(message: Any) -> None:
            receipt = Receipt(key=message.key, status="delivered", at=NOW)
            actions.record_receipts(account_id=account.pk, receipts=[receipt], now=NOW)

        tray.before = early
        drain(run)
        assert outcome(run, person) == ("delivered", "")
        assert Touch.objects.filter(kind="sent").count() == 1

    def test_another_accounts_receipts_are_not_believed(self, sent: Any, north: Any) -> None:
        assert tell(sent, "delivered", account_id=make_account(branch=north).pk) == 0
        assert tell(sent, "delivered", key=f"000000000000-{sent.recipient.pk}") == 0
        assert tell(sent, "delivered", key="nonsense") == 0
        assert outcome(sent.run, sent.person) == ("sent", "")


class TestBounces:
    """Soft ones are counted, hard ones end it at once; a message that arrives forgives those before it."""

    def undelivered(self, north: Any, person: Any, account: Any, day: int) -> Any:
        at = NOW + timedelta(days=day)
        run = open_run(branch=north, people=[person], accounts=[account], now=at)
        drain(run, now=at)
        recipient = Recipient.objects.select_related("run").filter(run=run).get()
        if recipient.state == "sent":
            self.tell(account, recipient, "failed", at)
        return recipient

    def tell(self, account: Any, recipient: Any, status: str, at: Any) -> None:
        receipt = Receipt(key=recipient.key, status=status, at=at)
        actions.record_receipts(account_id=account.pk, receipts=[receipt], now=at)

    def test_the_third_within_a_month_suppresses(self, north: Any) -> None:
        person, account = make_customer(branch=north, consents=["sms"]), make_account(branch=north)
        for day in (0, 5):
            self.undelivered(north, person, account, day)
        assert not Suppression.objects.exists()
        self.undelivered(north, person, account, 10)
        assert Suppression.objects.get(customer_id=person.pk).reason == "bounced"

    def test_those_of_long_ago_do_not_count(self, north: Any) -> None:
        person, account = make_customer(branch=north, consents=["sms"]), make_account(branch=north)
        for day in (0, 5, 40):
            self.undelivered(north, person, account, day)
        assert not Suppression.objects.exists()

    def test_one_that_arrives_forgives_those_before_it(self, north: Any) -> None:
        person, account = make_customer(branch=north, consents=["sms"]), make_account(branch=north)
        self.undelivered(north, person, account, 0)
        second = self.undelivered(north, person, account, 5)
        self.tell(account, second, "delivered", NOW + timedelta(days=5, minutes=1))
        for day in (10, 12):
            self.undelivered(north, person, account, day)
        assert not Suppression.objects.exists()

    def test_the_account_says_how_many(self, north: Any) -> None:
        person = make_customer(branch=north, consents=["sms"])
        account = make_account(branch=north, soft_bounces=1)
        self.undelivered(north, person, account, 0)
        assert Suppression.objects.filter(customer_id=person.pk, reason="bounced").exists()

    def test_the_same_receipt_twice_counts_once(self, north: Any) -> None:
        person, account = make_customer(branch=north, consents=["sms"]), make_account(branch=north)
        recipient = self.undelivered(north, person, account, 0)
        for _ in range(3):
            self.tell(account, recipient, "failed", NOW)
        assert not Suppression.objects.exists()


class TestComplaints:
    def test_who_complained_is_written_to_no_more(self, sent: Any) -> None:
        assert [tell(sent, "complained") for _ in range(2)] == [1, 0]
        assert Suppression.objects.get(customer_id=sent.person.pk).reason == "complained"
        assert "complained" in kinds(sent) and outcome(sent.run, sent.person) == ("sent", "")
        assert Fact.objects.filter(kind="delivery.CustomerSuppressed").count() == 1


class TestDoor:
    def post(self, sent: Any, body: dict[str, Any], kind: str = "receipts", **over: Any) -> Any:
        raw = json.dumps(body).encode()
        secret = over.get("secret", "the gateway's secret")
        headers = over.get("headers") or signing.headers(
            "x", secret, raw, over.get("at") or datetime.now(UTC)
        )
        address = f"/delivery/{kind}/{sent.account.pk}/"
        return Client().post(address, raw, content_type="application/json", headers=headers)

    def receipt(self, sent: Any) -> dict[str, Any]:
        return {"receipts": [{"key": sent.recipient.key, "status": "delivered", "at": LATER.isoformat()}]}

    def test_takes_what_is_signed(self, sent: Any) -> None:
        response = self.post(sent, self.receipt(sent))
        assert (response.status_code, response.json()) == (200, {"new": 1})

    def test_refuses_a_forged_or_stale_signature(self, sent: Any) -> None:
        assert self.post(sent, self.receipt(sent), secret="guessed").status_code == 401
        stale = datetime.now(UTC) - timedelta(minutes=10)
        assert self.post(sent, self.receipt(sent), at=stale).status_code == 401
        assert outcome(sent.run, sent.person) == ("sent", "")

    def test_refuses_the_same_request_twice(self, sent: Any) -> None:
        raw = json.dumps(self.receipt(sent)).encode()
        headers = signing.headers("x", "the gateway's secret", raw, datetime.now(UTC))
        codes = [self.post(sent, self.receipt(sent), headers=headers).status_code for _ in range(2)]
        assert codes == [200, 409]

    def test_an_account_without_a_secret_takes_nothing(self, sent: Any) -> None:
        sent.account.secret = None
        sent.account.save()
        assert self.post(sent, self.receipt(sent), secret="").status_code == 401

    def test_says_so_when_it_cannot_read(self, sent: Any) -> None:
        assert self.post(sent, {"receipts": [{"key": 1}]}).status_code == 400

    @pytest.mark.parametrize("text", ["R", "t", "退订", "TD", " r。"])
    def test_a_reply_that_says_no_ends_marketing_by_sms(self, sent: Any, text: str) -> None:
        body = {"replies": [{"from": sent.person.phone, "text": text, "at": LATER.isoformat()}]}
        assert self.post(sent, body, "replies").json() == {"new": 1}
        answers = customers.consents_of(customer_id=sent.person.pk)
        assert [(answer.state, answer.source) for answer in answers] == [("withdrawn", "reply")]
        assert "unsubscribed" in kinds(sent)
        assert Fact.objects.filter(kind="customers.ConsentWithdrawn").count() == 1

    def test_any_other_reply_changes_nothing(self, sent: Any) -> None:
        body = {
            "replies": [{"from": sent.person.phone, "text": "谢谢，请问利率多少？", "at": LATER.isoformat()}]
        }
        assert self.post(sent, body, "replies").json() == {"new": 0}
        assert customers.consents_of(customer_id=sent.person.pk)[0].state == "given"

    def test_a_reply_drops_what_waits(self, sent: Any, north: Any) -> None:
        waiting = open_run(branch=north, people=[sent.person], accounts=[sent.account])
        body = {"replies": [{"from": sent.person.phone, "text": "R", "at": LATER.isoformat()}]}
        self.post(sent, body, "replies")
        assert outcome(waiting, sent.person) == ("dropped", "no_consent")
