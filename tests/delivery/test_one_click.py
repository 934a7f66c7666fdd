"""One-click unsubscription (RFC 8058), from a mail that really went over SMTP to the POST of a mail programme."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from huiqun.customers import queries as customers
from huiqun.delivery.models import Recipient
from huiqun.foundation.models import Fact
from huiqun_demo.channels import Channels
from tests.makers.customers import make_customer
from tests.makers.delivery import drain, open_run, outcome

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def mail(
    north: Any, now: Any, start_channels: Callable[..., Channels], mail_account: Callable[..., Any]
) -> Any:
    """A marketing mail as it arrived, and one more that still waits for the same person."""
    channels = start_channels()
    person = make_customer(branch=north, consents=["email"])
    account = mail_account(channels, north)
    run = open_run(branch=north, people=[person], accounts=[account])
    drain(run, channel="email")
    waiting = open_run(branch=north, people=[person], accounts=[account])
    (arrived,) = channels.store.of(person.email)
    path = urlsplit(arrived.list_unsubscribe).path
    return type(
        "Mail", (), {"person": person, "path": path, "run": run, "waiting": waiting, "arrived": arrived}
    )


def state(mail: Any) -> str:
    return customers.consents_of(customer_id=mail.person.pk)[0].state


def test_the_post_of_a_mail_programme_is_enough(mail: Any) -> None:
    """No cookie, no sign-in, no form's token, no redirect to follow."""
    programme = Client(enforce_csrf_checks=True)
    answer = programme.post(mail.path, ONE_CLICK)
    assert answer.status_code == 200 and not answer.has_header("Location")
    assert state(mail) == "withdrawn"
    assert outcome(mail.waiting, mail.person) == ("dropped", "no_consent")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_scanners_that_follow_the_address_end_nothing(mail: Any, method: str) -> None:
    facts = Fact.objects.count()
    getattr(Client(), method)(mail.path, headers={"User-Agent": "Mozilla/5.0 (compatible; Proofpoint)"})
    assert state(mail) == "given" and Fact.objects.count() == facts
    assert Recipient.objects.get(run=mail.waiting).state == "queued"


def test_twice_is_once(mail: Any) -> None:
    for _ in range(2):
        assert Client().post(mail.path, ONE_CLICK).status_code == 200
    assert Fact.objects.filter(kind="customers.ConsentWithdrawn").count() == 1


def test_the_body_tells_how_to_choose_instead(mail: Any) -> None:
    assert "/p/" in mail.arrived.body and mail.arrived.list_unsubscribe in mail.arrived.body


def test_a_forged_address_ends_nothing(mail: Any) -> None:
    token = mail.path.split("/")[2]
    forged = mail.path.replace(token, ("A" if token[0] != "A" else "B") + token[1:])
    assert Client().post(forged, ONE_CLICK).status_code == 404
    assert state(mail) == "given"
