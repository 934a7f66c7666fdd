"""What other systems tell us: heard when signed, in time and new, and otherwise not, in one plain answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huiqun.foundation import clock, jobs
from huiqun.foundation.models import Fact, WebhookMessage, WebhookSource
from huiqun.foundation.webhooks import inbox, signing, sources
from huiqun.foundation.webhooks.refusals import KindsMissing
from tests.conftest import make_branch
from tests.makers.foundation import make_source
from tests.makers.workforce import make_member

BODY = {"kind": "transactions.salary", "customer_number": "C1", "at": "2026-11-19T10:00:00+08:00"}


def send(source_id: int, secret: str, body: Any = BODY, *, message_id: str = "m-1", **over: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = signing.headers(
        [secret], message_id, raw, datetime.now(UTC) + over.pop("off_by", timedelta())
    ) | over.pop("headers", {})
    return Client().post(
        f"/webhooks/hear/{source_id}/", over.pop("raw", raw), content_type="application/json", headers=told
    )


@pytest.fixture
def source(north, now):
    return make_source(branch=north)


def test_keeps_what_is_signed_and_encrypts_it_until_it_is_taken_in(source, now):
    answer = send(*source)
    assert (answer.status_code, answer.json()) == (202, {"kept": True})
    message = WebhookMessage.objects.get()
    assert (message.state, message.kind) == ("waiting", "transactions.salary")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM foundation_webhookmessage")
        assert b"C1" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "forged",
    [
        {"raw": b'{"kind": "transactions.salary", "customer_number": "C2"}'},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-signature": ""}},
        {"headers": {"webhook-id": "m-2"}},
        {"headers": {"webhook-id": ""}},
        {"headers": {"webhook-timestamp": "1"}},
        {"headers": {"webhook-timestamp": "x"}},
        {"off_by": timedelta(seconds=-400)},
        {"off_by": timedelta(seconds=400)},
    ],
)
def test_forged_old_and_unknown_get_one_plain_answer(source, now, forged):
    source_id, secret = source
    unknown = send(source_id + 1, secret)
    wrong_secret = send(source_id, signing.new_secret())
    answer = send(source_id, secret, **forged)
    assert answer.status_code == unknown.status_code == wrong_secret.status_code == 401
    assert answer.content == unknown.content == wrong_secret.content
    assert answer.json()["code"] == "webhooks.not_heard"
    assert not WebhookMessage.objects.exists()


def test_a_replay_is_refused_even_with_a_fresh_signature(source, now):
    assert send(*source).status_code == 202
    again = send(*source)
    assert (again.status_code, again.json()["code"]) == (409, "webhooks.heard_before")
    assert WebhookMessage.objects.count() == 1


def test_a_source_that_is_switched_off_is_not_heard(source, now):
    WebhookSource.objects.update(enabled=False)
    assert send(*source).status_code == 401


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b"{}", b'{"kind": 1}', b'{"kind": ""}', b"\xff", b'{"kind": "\\u0000"}']
)
def test_what_is_no_message_is_refused(source, now, raw):
    answer = send(*source, raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhooks.message_unfit")
    assert not WebhookMessage.objects.exists()


def test_what_is_too_large_is_not_even_read(source, now):
    assert send(*source, b" " * 64_001).status_code == 401


def test_a_kind_that_is_not_the_sources_is_kept_as_refused_without_its_words(source, now):
    assert send(*source, {**BODY, "kind": "transactions.buy"}).status_code == 202
    message = WebhookMessage.objects.get()
    assert (message.state, message.why, message.body) == ("refused", "kind_not_allowed", None)


def test_a_source_that_talks_too_much_is_told_when_to_go_on(north, now):
    source = make_source(branch=north, per_minute=2)
    answers = [send(*source, message_id=f"m-{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2]["Retry-After"] == "60"
    with clock.at(now + timedelta(minutes=1)):
        assert send(*source, message_id="m-3").status_code == 202


def test_the_old_secret_is_good_for_a_while(source, north, now):
    source_id, old = source
    administrator = make_member(branch=north, roles=("administrator",))
    new = sources.change_source_secret(source_id=source_id, by=administrator, now=now)
    assert send(source_id, old, message_id="a").status_code == 202
    assert send(source_id, new, message_id="b").status_code == 202
    with clock.at(now + signing.OVERLAP):
        assert send(source_id, old, message_id="c").status_code == 401
        assert send(source_id, new, message_id="d").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_of_two_replays_at_once_one_is_heard(now):
    source = make_source(branch=make_branch("N", "城北支行"))

    def work(_number: int) -> int:
        try:
            with clock.at(now):
                return int(send(*source).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(work, range(4)))
    assert answers == [202, 409, 409, 409]
    assert WebhookMessage.objects.count() == 1


class TestTakingIn:
    @pytest.fixture
    def taken(self, monkeypatch):
        """A taker that refuses whoever is C9."""
        taken: list[str] = []

        def take(messages: Any, now: Any) -> list[str]:
            taken.extend(message.message_id for message in messages)
            return ["customer_unknown" if m.body["customer_number"] == "C9" else "" for m in messages]

        monkeypatch.setattr(inbox, "_takers", [(lambda: {"transactions.salary": "Salary received"}, take)])
        return taken

    def test_says_what_came_of_each_and_empties_it(self, source, now, taken):
        send(*source, message_id="a")
        send(*source, {**BODY, "customer_number": "C9"}, message_id="b")
        assert inbox.take_in(now=now) == 2
        rows = WebhookMessage.objects.order_by("message_id")
        assert [(row.state, row.why, row.body) for row in rows] == [
            ("taken", "", None),
            ("refused", "customer_unknown", None),
        ]
        fact = Fact.objects.get(kind="foundation.EventsTakenIn")
        assert fact.body["taken"] == 1 and fact.body["refused"] == {"customer_unknown": 1}
        assert inbox.take_in(now=now) == 0

    def test_a_round_that_broke_is_done_again(self, source, now, taken, monkeypatch):
        send(*source)
        kinds, take = inbox._takers[0]

        def broken(messages: Any, moment: Any) -> list[str]:
            take(messages, moment)
            raise OSError("the lake is full")

        monkeypatch.setattr(inbox, "_takers", [(kinds, broken)])
        with pytest.raises(OSError, match="full"):
            inbox.take_in(now=now)
        assert WebhookMessage.objects.get().state == "waiting"
        monkeypatch.setattr(inbox, "_takers", [(kinds, take)])
        inbox.take_in(now=now)
        assert taken == ["m-1", "m-1"] and WebhookMessage.objects.get().state == "taken"

    def test_what_another_round_has_settled_is_not_counted_twice(self, source, now, taken):
        send(*source)
        waiting = inbox._waiting()
        inbox.take_in(now=now)
        inbox._settle(waiting, now)
        assert Fact.objects.filter(kind="foundation.EventsTakenIn").count() == 1

    def test_a_kind_that_nobody_takes_any_more(self, source, now, monkeypatch):
        send(*source)
        monkeypatch.setattr(inbox, "_takers", [])
        inbox.take_in(now=now)
        assert WebhookMessage.objects.get().why == "kind_unknown"

    def test_a_job_does_it(self, source, now, taken, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            send(*source)
        jobs.run_pending()
        assert WebhookMessage.objects.get().state == "taken"


def test_settled_messages_are_forgotten_and_waiting_ones_kept(source, now):
    send(*source, message_id="a")
    send(*source, {**BODY, "kind": "transactions.buy"}, message_id="b")
    assert inbox.sweep(now=now + timedelta(days=91)) == 1
    assert WebhookMessage.objects.get().message_id == "a"


@pytest.mark.parametrize(
    "over", [{"kinds": ()}, {"kinds": ("touches.sent",)}, {"kinds": ("nothing.at_all",)}]
)
def test_refuses_a_source_of_nothing_or_of_what_is_ours_to_tell(north, now, over):
    with pytest.raises(KindsMissing):
        make_source(branch=north, **over)


def test_the_page_shows_what_came_of_it(source, north, now, client_of):
    send(*source, {**BODY, "kind": "transactions.buy"}, message_id="partner-77")
    client = client_of(make_member(branch=north, roles=("administrator",)))
    page = client.get(f"/webhooks/sources/{source[0]}/").content.decode()
    assert "partner-77" in page and "C1" not in page and source[1] not in page


def test_a_new_source_shows_its_secret_once(north, now, client_of):
    client = client_of(make_member(branch=north, roles=("administrator",)))
    form = {
        "name": "核心",
        "branch": north.pk,
        "kinds": ["transactions.salary"],
        "per_minute": 60,
        "enabled": "on",
    }
    made = client.post("/webhooks/sources/new/", form)
    assert "whsec_" in made.content.decode() and made["Cache-Control"] == "no-store"
    source = WebhookSource.objects.get()
    assert "whsec_" not in client.get(f"/webhooks/sources/{source.pk}/").content.decode()
    secret = made.content.decode().split('mono copy">')[1].split("<")[0]
    assert send(source.pk, secret).status_code == 202
