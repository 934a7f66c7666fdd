"""The protocols, spoken to real servers on loopback."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from huiqun.customers import queries as customers
from huiqun.delivery.channels import registry, signing
from huiqun.delivery.channels.base import Message, Outcome, Verdict
from huiqun.delivery.channels.smtp import compose
from huiqun_demo.channels import ACCOUNT, SECRET, Channels
from tests.makers.customers import make_customer
from tests.makers.delivery import drain, open_run, outcome

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def message(key: str = "k-1", **over: Any) -> Message:
    return Message(**({"key": key, "to": "13900000001", "body": "您好", "at": AT} | over))


def once(sender: Any, sent: Message) -> Outcome:
    try:
        return sender.send(sent)  # type: ignore[no-any-return]
    finally:
        sender.close()


class TestSms:
    def sender(self, channels: Channels, secret: str = SECRET, **config: Any) -> Any:
        return registry.open_sender(
            "http_sms", {"url": f"{channels.url}/messages", "account": ACCOUNT, **config}, secret
        )

    def test_one_key_reaches_the_person_once(self, start_channels: Callable[..., Channels]) -> None:
        channels = start_channels()
        sender = self.sender(channels)
        verdicts = {sender.send(message()).verdict for _ in range(3)}
        sender.close()
        assert verdicts == {Verdict.ACCEPTED}
        assert channels.store.numbers() == {"messages": 1, "people": 1, "requests": 3, "most_copies": 1}

    def test_a_wrong_secret_is_the_accounts_trouble(self, start_channels: Callable[..., Channels]) -> None:
        channels = start_channels()
        assert once(self.sender(channels, "wrong"), message()).verdict == Verdict.ACCOUNT
        assert channels.store.numbers()["messages"] == 0

    @pytest.mark.parametrize(
        ("plan", "verdict"),
        [("refused", Verdict.REFUSED), ("hiccup", Verdict.UNKNOWN), ("answer_lost", Verdict.UNKNOWN)],
    )
    def test_tells_final_from_uncertain(
        self, start_channels: Callable[..., Channels], plan: str, verdict: Verdict
    ) -> None:
        assert once(self.sender(start_channels(**{plan: 1.0})), message()).verdict == verdict

    def test_a_gateway_that_is_not_there_took_nothing(self) -> None:
        sender = registry.open_sender("http_sms", {"url": "http://127.0.0.1:9/messages", "account": "a"}, "s")
        assert once(sender, message()).verdict == Verdict.RETRY

    def test_the_signature_covers_time_nonce_and_body(self) -> None:
        now = datetime.now(UTC)
        headers = signing.headers("a", "secret", b"body", now)
        assert signing.verify(headers, "secret", b"body", now)
        assert not signing.verify(headers, "secret", b"other", now)
        assert not signing.verify(headers, "other", b"body", now)
        assert not signing.verify(headers | {"X-Nonce": "0" * 32}, "secret", b"body", now)
        assert not signing.verify({}, "secret", b"body", now)
        assert not signing.verify(headers, "secret", b"body", datetime(2026, 1, 1, tzinfo=UTC))


class TestMail:
    def sender(self, channels: Channels) -> Any:
        config = {"host": "127.0.0.1", "port": channels.smtp_port, "sender": "news@bank.example.com"}
        return registry.open_sender("smtp", {**config, "security": "none"}, "")

    def test_arrives_with_its_key_and_one_click_unsubscription(
        self, start_channels: Callable[..., Channels]
    ) -> None:
        channels = start_channels()
        sender = self.sender(channels)
        mail = message(
            to="a@example.com",
            subject="存款到期",
            body="您好\n.点开头\n",
            unsubscribe_url="https://b.example/m/t/",
        )
        assert sender.send(mail).verdict == Verdict.ACCEPTED
        assert sender.send(message("k-2", to="b@example.com", subject="二")).verdict == Verdict.ACCEPTED
        sender.close()
        (arrived,) = channels.store.of("a@example.com")
        assert (arrived.key, arrived.subject) == ("k-1", "存款到期")
        assert arrived.body.splitlines() == ["您好", ".点开头"]
        assert arrived.list_unsubscribe == "https://b.example/m/t/"

    def test_says_what_mail_programmes_ask_of_bulk_mail(self) -> None:
        mail = compose(
            message(to="a@example.com", subject="x\ny", unsubscribe_url="https://b.example/u"),
            {"sender": "news@bank.example.com", "sender_name": "江川银行"},
        )
        assert mail["List-Unsubscribe"] == "<https://b.example/u>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["Message-ID"] == "<k-1@bank.example.com>"
        assert mail["Subject"] == "x y"

    def test_an_address_to_unsubscribe_at_stays_whole_however_long(self) -> None:
        address = f"https://community.marketing.{'jiangchuan-' * 9}bank.example.com/m/CndbazKub08nyi2bWCEsaA/unsubscribe/"
        mail = compose(
            message(to="a@example.com", subject="女性健康权益月邀请函" * 9, unsubscribe_url=address),
            {"sender": "news@bank.example.com", "sender_name": "江川银行"},
        )
        lines = mail.as_bytes().splitlines()
        assert f"List-Unsubscribe: <{address}>".encode() in lines
        assert all(len(line) < 998 for line in lines)

    @pytest.mark.parametrize(("plan", "verdict"), [("refused", Verdict.REFUSED), ("hiccup", Verdict.RETRY)])
    def test_tells_final_from_temporary(
        self, start_channels: Callable[..., Channels], plan: str, verdict: Verdict
    ) -> None:
        sender = self.sender(start_channels(**{plan: 1.0}))
        assert once(sender, message(to="a@example.com")).verdict == verdict

    def test_a_server_that_is_not_there_took_nothing(self) -> None:
        config = {"host": "127.0.0.1", "port": 9, "sender": "a@b.example", "security": "none"}
        sender = registry.open_sender("smtp", config, "")
        assert once(sender, message(to="a@example.com")).verdict == Verdict.RETRY

    @pytest.mark.parametrize("to", ["a@example.com\r\nBcc: b@example.com", "", "no address"])
    def test_refuses_what_is_no_address(self, start_channels: Callable[..., Channels], to: str) -> None:
        assert once(self.sender(start_channels()), message(to=to)).verdict == Verdict.REFUSED


class TestPhone:
    def test_shows_what_arrived_with_its_links(self, start_channels: Callable[..., Channels]) -> None:
        channels = start_channels()
        sender = registry.open_sender(
            "http_sms",
            {"url": f"{channels.url}/messages", "account": ACCOUNT, "signature": "【江川银行】"},
            SECRET,
        )
        sender.send(message(body="请看 http://127.0.0.1:8000/m/abc/，<b>谢谢</b>"))
        sender.close()
        page = httpx.get(f"{channels.url}/?to=13900000001", trust_env=False).text
        assert 'href="http://127.0.0.1:8000/m/abc/"' in page
        assert "【江川银行】请看" in page and "<b>谢谢" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("now")
def test_signed_receipts_and_replies_find_their_way_back(
    live_server: Any, start_channels: Callable[..., Channels], sms_account: Callable[..., Any], north: Any
) -> None:
    """Everything real: worker, gateway, receipt, a customer's R, over HTTP."""
    channels = start_channels(receipt_seconds=0.0)
    account = sms_account(channels, north)
    account.config |= {
        name: f"{live_server.url}/delivery/{door}/{account.pk}/" for name, door in DOORS.items()
    }
    account.save()
    person = make_customer(branch=north, consents=["sms"])
    run = open_run(branch=north, people=[person], accounts=[account])
    drain(run)
    wait_until(lambda: outcome(run, person)[0] == "delivered")
    assert channels.reply(person.phone, "R")
    wait_until(lambda: customers.consents_of(customer_id=person.pk)[0].state == "withdrawn")


DOORS = {"receipt_url": "receipts", "reply_url": "replies"}


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")
