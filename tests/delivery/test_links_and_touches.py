"""Links that cannot be guessed, touches that count once, a ledger that cannot be changed."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions.receipts import Receipt
from huiqun.delivery.models import Recipient, Touch
from huiqun.delivery.queries import ledger
from huiqun.delivery.rules.refusals import UnknownLink
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, drain, make_recipient, open_run

PERSON = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50"


class TestLinks:
    def test_leads_back_to_one_recipient(self, north: Any, now: Any) -> None:
        recipient = make_recipient(branch=north)
        token = queries.make_link(recipient.pk)
        link = queries.read_link(token)
        assert len(token) == 22 and token == queries.make_link(recipient.pk)
        assert (link.recipient_id, link.customer_id) == (recipient.pk, recipient.customer_id)
        assert (link.subject, link.variant_key) == (recipient.run.subject, "sms-a")

    def test_says_nothing_and_cannot_be_counted_through(self, settings: Any) -> None:
        tokens = [queries.make_link(number) for number in range(1, 200)]
        assert len({token[:4] for token in tokens}) > 190
        settings.HUIQUN_INDEX_KEY = "another key"
        with pytest.raises(UnknownLink):
            queries.read_link(tokens[0])

    @pytest.mark.parametrize("token", ["", "a", "A" * 22, "不是链接", "x" * 400, "AAAAAAAAAAAAAAAAAAAAAA=="])
    def test_refuses_what_it_did_not_make(self, token: str, db: None) -> None:
        with pytest.raises(UnknownLink):
            queries.read_link(token)

    def test_refuses_a_link_with_one_character_changed(self, north: Any, now: Any) -> None:
        token = queries.make_link(make_recipient(branch=north).pk)
        for place in range(21):
            changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            with pytest.raises(UnknownLink):
                queries.read_link(changed)


class TestTouches:
    def test_only_the_first_of_a_kind_counts(self, north: Any, now: Any) -> None:
        recipient = make_recipient(branch=north)
        told = [actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=NOW) for _ in range(2)]
        assert told == [True, False]
        assert Touch.objects.filter(recipient=recipient, kind="clicked").count() == 1

    @pytest.mark.parametrize(
        ("agent", "method", "purpose"),
        [
            ("", "GET", ""),
            ("Googlebot/2.1", "GET", ""),
            ("WeChatLinkPreview", "GET", ""),
            (PERSON, "HEAD", ""),
            (PERSON, "GET", "prefetch;prerender"),
            (PERSON, "GET", "preview"),
        ],
    )
    def test_machines_do_not_click(self, agent: str, method: str, purpose: str, north: Any, now: Any) -> None:
        recipient = make_recipient(branch=north)
        assert not actions.record_touch(
            recipient_id=recipient.pk,
            kind="clicked",
            at=NOW,
            user_agent=agent,
            method=method,
            purpose=purpose,
        )
        assert not Touch.objects.exists()
        assert actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=NOW, user_agent=PERSON)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE delivery_touch SET kind = 'opened'",
            "DELETE FROM delivery_touch",
            "TRUNCATE delivery_touch",
        ],
    )
    def test_the_ledger_refuses_to_be_changed(self, sql: str, north: Any, now: Any) -> None:
        actions.record_touch(recipient_id=make_recipient(branch=north).pk, kind="clicked", at=NOW)
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
        assert Touch.objects.get().kind == "clicked"

    def test_unsubscribing_withdraws_consent_and_says_so_once(self, north: Any, now: Any) -> None:
        recipient = make_recipient(branch=north)
        token = queries.make_link(recipient.pk)
        assert [actions.unsubscribe(token=token, now=NOW) for _ in range(2)] == [True, False]
        assert customers.consents_of(customer_id=recipient.customer_id)[0].state == "withdrawn"
        recipient.refresh_from_db()
        assert (recipient.state, recipient.reason) == ("dropped", "no_consent")
        assert queries.touches_of(recipient.customer_id)[0].touches[0].kind == "unsubscribed"

    def test_a_withdrawal_elsewhere_drops_what_waits(self, north: Any, now: Any) -> None:
        from huiqun.customers import actions as customer_actions

        recipient = make_recipient(branch=north)
        customer_actions.withdraw_consent(
            customer_id=recipient.customer_id, channel="sms", purpose="marketing", source="page", now=NOW
        )
        actions.drop_withdrawn(customer_id=recipient.customer_id, channel="sms", purpose="marketing")
        assert Recipient.objects.get(pk=recipient.pk).reason == "no_consent"


@pytest.mark.django_db(transaction=True)
class TestSealing:
    def test_proves_every_touch_and_recipient(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=[make_customer(branch=north, consents=["sms"]) for _ in range(5)])
        drain(run)
        batch_id = seal(5)
        assert batch_id is not None and actions.seal_touches(now=NOW) is None
        (batch,) = ledger.TOUCHES.batches()
        assert (batch.count, len(list(ledger.TOUCHES.rows(batch_id)))) == (5, 5)
        (whole_run,) = ledger.RECIPIENTS.batches()
        assert (whole_run.batch_id, whole_run.count, whole_run.subject) == (run.pk, 5, run.subject)
        assert problems() == set()

    def test_finds_what_was_altered_removed_or_added(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=[make_customer(branch=north, consents=["sms"]) for _ in range(5)])
        drain(run)
        seal(5)
        touch = Touch.objects.order_by("id").first()
        behind_the_triggers("UPDATE delivery_touch SET at = at + interval '1 day' WHERE id = %s", touch.pk)
        assert problems() == {("ledger_altered", "touches")}
        behind_the_triggers("DELETE FROM delivery_touch WHERE id = %s", touch.pk)
        assert problems() == {("ledger_count", "touches")}
        behind_the_triggers(
            "UPDATE delivery_recipient SET reason = 'no_consent', state = 'dropped' WHERE id = %s",
            touch.recipient_id,
        )
        assert problems() == {("ledger_count", "touches"), ("ledger_altered", "recipients")}

    def test_a_late_receipt_does_not_break_the_proof(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=[make_customer(branch=north, consents=["sms"])])
        drain(run)
        seal(1)
        recipient = Recipient.objects.select_related("run").get(run=run)
        receipt = Receipt(key=recipient.key, status="delivered", at=NOW)
        actions.record_receipts(account_id=run.plans[0].account_id, receipts=[receipt], now=NOW)
        assert problems() == set()

    def test_hears_of_withdrawals(self, north: Any, now: Any) -> None:
        from huiqun.customers import actions as customer_actions

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        recipient = make_recipient(branch=north)
        customer_actions.withdraw_consent(
            customer_id=recipient.customer_id, channel="sms", purpose="marketing", source="page", now=NOW
        )
        wait_until(lambda: Fact.objects.settled().filter(kind="customers.ConsentWithdrawn").exists())
        jobs.run_pending()
        assert Recipient.objects.get(pk=recipient.pk).reason == "no_consent"
        assert Fact.objects.filter(kind="delivery.RunFinished").exists()


def wait_until(condition: Callable[[], bool]) -> None:
    """Rows settle when no older transaction is open, and other tests on this server have some."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not settle")


def seal(count: int) -> int | None:
    wait_until(lambda: Touch.objects.settled().count() == count)
    return actions.seal_touches(now=NOW)


def behind_the_triggers(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def problems() -> set[tuple[str, str]]:
    found = compliance.verify()
    return {
        (problem.code, problem.values["ledger"]) for problem in found if problem.code.startswith("ledger")
    }
