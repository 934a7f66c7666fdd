"""Events of other systems on their way into the lake, where audiences ask for them."""

from datetime import date
from typing import Any

import pytest

from huiqun.audiences import incoming
from huiqun.foundation import lake
from huiqun.foundation.models import WebhookMessage
from huiqun.foundation.webhooks import inbox
from tests.foundation.test_webhooks_in import send
from tests.makers.audiences import make_lake, profile
from tests.makers.customers import make_customer
from tests.makers.foundation import make_source


@pytest.fixture
def customer(north, now):
    return make_customer(branch=north)


@pytest.fixture
def source(north, now):
    return make_source(branch=north)


def told(customer: Any, **over: Any) -> dict[str, Any]:
    return {
        "kind": "transactions.salary",
        "customer_number": customer.number,
        "at": "2026-11-19T23:30:00+08:00",
        "values": {"amount_fen": 1_250_000},
        **over,
    }


def rows(dataset: str) -> list[tuple[Any, ...]]:
    with lake.connect() as connection:
        return connection.execute(
            f"SELECT customer_id, kind, dt, event_id FROM {dataset} ORDER BY event_id"
        ).fetchall()


def test_an_event_is_in_the_lake_under_the_banks_day(source, customer, north, now):
    make_lake(profiles=[profile(customer.pk, north)])
    send(*source, told(customer))
    inbox.take_in(now=now)
    lake.publish(now=now)
    ((customer_id, kind, day, event_id),) = rows("transactions")
    assert (customer_id, kind, day) == (customer.pk, "salary", date(2026, 11, 19))
    assert event_id.startswith("hook:") and WebhookMessage.objects.get().state == "taken"


def test_taken_in_twice_it_is_in_the_lake_once(source, customer, now):
    send(*source, told(customer))
    waiting = inbox._waiting()
    heard = [inbox._heard(row) for row in waiting]
    for _round in range(2):
        assert incoming.take(heard, now) == [""]
        lake.publish(now=now)
    assert len(rows("transactions")) == 1


def test_many_messages_are_one_file(source, customer, now):
    for number in range(20):
        send(*source, told(customer), message_id=f"m-{number}")
    inbox.take_in(now=now)
    assert [staged.rows for staged in lake.staging.waiting()] == [20]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"customer_number": "C404"}, "customer_unknown"),
        ({"customer_number": 7}, "wrong_fields"),
        ({"customer_number": "\x00"}, "customer_unknown"),
        ({"at": "2026-11-20T10:06:00+08:00"}, "in_the_future"),
        ({"at": "2026-11-19T10:00:00"}, "wrong_fields"),
        ({"at": None}, "wrong_fields"),
        ({"at": "0001-01-01T00:00:00+23:00"}, "wrong_fields"),
        ({"values": {"amount_fen": "12"}}, "wrong_fields"),
        ({"values": {"amount_fen": True}}, "wrong_fields"),
        ({"values": {"amount_fen": 10**30}}, "wrong_fields"),
        ({"values": {"amount_fen": 1, "customer_id": 1}}, "wrong_fields"),
        ({"values": {"amount_fen": 1, "phone": "13912345678"}}, "wrong_fields"),
        ({"values": []}, "wrong_fields"),
        ({"extra": 1}, "wrong_fields"),
    ],
)
def test_one_that_does_not_fit_says_why_and_stops_no_other(source, customer, now, over, why):
    send(*source, told(customer, **over), message_id="bad")
    send(*source, told(customer), message_id="good")
    inbox.take_in(now=now)
    found = dict(WebhookMessage.objects.values_list("message_id", "why"))
    assert found == {"bad": why, "good": ""}
    lake.publish(now=now)
    assert len(rows("transactions")) == 1


def test_customers_of_other_branches_are_unknown_to_it(source, south, now):
    send(*source, told(make_customer(branch=south)))
    inbox.take_in(now=now)
    assert WebhookMessage.objects.get().why == "customer_unknown"


def test_the_kinds_are_those_that_rules_know():
    kinds = incoming.kinds()
    assert {"transactions.salary", "app_events.login"} <= set(kinds)
    assert not any(kind.startswith("touches.") for kind in kinds)
