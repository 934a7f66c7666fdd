"""A customer who is there already proves it once more by a code."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiqun.delivery import queries
from huiqun.delivery.actions import codes
from huiqun.delivery.models import PhoneCode
from huiqun.delivery.queries.codes import digest_of
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def sent_code(customer: Any, code: str, now: datetime) -> None:
    PhoneCode.objects.create(
        customer_id=customer.pk,
        code_digest=digest_of(str(customer.pk), code),
        made_at=now,
        until_at=now + timedelta(minutes=5),
    )


def test_a_code_proves_and_a_ticket_of_the_app_does_not(north: Any, now: datetime, phone_of: Any) -> None:
    customer = make_customer(branch=north)
    client = phone_of(customer)
    since = now - timedelta(minutes=10)
    assert not queries.has_proved(customer_id=customer.pk, since=since)
    sent_code(customer, "123456", now)
    assert client.post("/my/prove/code/", {"code": "654321", "next": "/my/"}).status_code == 422
    assert not queries.has_proved(customer_id=customer.pk, since=since)
    response = client.post("/my/prove/code/", {"code": "123456", "next": "https://elsewhere.example.com/"})
    assert (response.status_code, response["Location"]) == (302, "/my/")
    assert queries.has_proved(customer_id=customer.pk, since=since)
    assert not queries.has_proved(customer_id=customer.pk, since=now + timedelta(minutes=1))
    assert not queries.has_proved(customer_id=make_customer(branch=north).pk, since=since)


def test_says_when_no_code_can_be_sent(north: Any, now: datetime, phone_of: Any) -> None:
    client = phone_of(make_customer(branch=north))
    assert client.get("/my/prove/").status_code == 200
    response = client.post("/my/prove/")
    assert response.status_code == 409 and codes.PhoneCode.objects.filter(used_at=None).count() == 0
