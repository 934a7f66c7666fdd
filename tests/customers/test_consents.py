"""Consent: none means no, the ledger keeps every answer, senders and withdrawals lock the same row."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from huiqun.customers import actions, queries
from huiqun.customers.models import Consent, ConsentRecord
from huiqun.customers.rules import ConsentTextTaken, ConsentTextUnknown
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.customers import make_consent, make_consent_text, make_customer


def give(customer: Any, now: datetime, version: str = "1") -> bool:
    return actions.give_consent(
        customer_id=customer.pk,
        channel="sms",
        purpose="marketing",
        text_version=version,
        source="branch_form",
        now=now,
    )


def withdraw(customer: Any, now: datetime) -> bool:
    return actions.withdraw_consent(
        customer_id=customer.pk, channel="sms", purpose="marketing", source="sms_reply", now=now
    )


def reach(customer: Any, channel: str = "sms", purpose: str = "marketing") -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM customers_reach WHERE customer_id = %s AND channel = %s AND purpose = %s",
            [customer.pk, channel, purpose],
        )
        names = [column.name for column in cursor.description]
        row = cursor.fetchone()
    return dict(zip(names, row, strict=True))


def locked(customer: Any) -> set[int]:
    with transaction.atomic():
        return queries.lock_consents(customer_ids=[customer.pk], channel="sms", purpose="marketing")


def test_no_answer_means_no(north: Any) -> None:
    customer = make_customer(branch=north)
    assert not reach(customer)["consent_given"]
    assert locked(customer) == set()


def test_given_consent_counts_for_its_channel_and_purpose_only(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_consent_text()

    assert give(customer, now)

    assert reach(customer)["consent_given"]
    assert reach(customer)["consent_current"]
    assert not reach(customer, channel="email")["consent_given"]
    assert not reach(customer, purpose="service")["consent_given"]
    assert locked(customer) == {customer.pk}
    fact = Fact.objects.get(kind="customers.ConsentGiven")
    assert fact.subject == f"customer:{customer.pk}"


def test_refuses_a_text_that_was_never_published(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)

    with pytest.raises(ConsentTextUnknown):
        give(customer, now)

    assert not Consent.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_withdrawal_ends_it_and_the_ledger_keeps_both(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north, consents=("sms",))

    assert withdraw(customer, now)

    assert not reach(customer)["consent_given"]
    assert locked(customer) == set()
    states = list(ConsentRecord.objects.order_by("id").values_list("state", flat=True))
    assert states == ["given", "withdrawn"]
    assert Fact.objects.filter(kind="customers.ConsentWithdrawn").count() == 1


def test_saying_the_same_again_changes_nothing(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north, consents=("sms",))

    assert not give(customer, now)
    withdraw(customer, now)
    assert not withdraw(customer, now + timedelta(days=1))

    assert ConsentRecord.objects.count() == 2


def test_withdrawal_without_an_answer_before_is_kept(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)

    assert withdraw(customer, now)

    assert Consent.objects.get().state == "withdrawn"


def test_a_text_that_outdates_the_others_ends_their_consents(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north, consents=("sms",))

    actions.publish_consent_text(
        channel="sms", purpose="marketing", version="2", title="新版", body="……", outdates=True, now=now
    )

    assert reach(customer)["consent_given"]
    assert not reach(customer)["consent_current"]
    assert locked(customer) == set()
    assert give(customer, now, version="2")
    assert reach(customer)["consent_current"]


def test_a_published_text_is_never_changed(db: None, now: datetime) -> None:
    make_consent_text(version="1", body="first")

    with pytest.raises(ConsentTextTaken):
        actions.publish_consent_text(
            channel="sms", purpose="marketing", version="1", title="x", body="second", now=now
        )

    assert make_consent_text(version="1").body == "first"


def test_ledger_refuses_changes(north: Any) -> None:
    make_customer(branch=north, consents=("sms",))
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        ConsentRecord.objects.update(state="withdrawn")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        ConsentRecord.objects.all().delete()


def test_fails_as_a_whole(north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer(branch=north)
    make_consent_text()
    monkeypatch.setattr(facts, "record", _broken)

    with pytest.raises(RuntimeError):
        give(customer, now)

    assert not Consent.objects.exists()
    assert not ConsentRecord.objects.exists()


def _broken(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("disk full")


@pytest.mark.django_db(transaction=True)
def test_withdrawal_waits_for_the_sender_that_came_first(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_consent(customer=customer)
    order: list[str] = []

    def withdraws() -> None:
        try:
            withdraw(customer, now)
            order.append("withdrawn")
        finally:
            connection.close()

    other = threading.Thread(target=withdraws)
    with transaction.atomic():
        ids = queries.lock_consents(customer_ids=[customer.pk], channel="sms", purpose="marketing")
        assert ids == {customer.pk}
        other.start()
        other.join(timeout=0.5)
        assert order == []
        order.append("marked")
    other.join(timeout=5)

    assert order == ["marked", "withdrawn"]
    assert locked(customer) == set()
