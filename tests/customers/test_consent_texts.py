"""The page of consent texts, and consents taken at the branch."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiqun.customers import actions, queries
from huiqun.customers.models import Consent, ConsentRecord, ConsentText
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.customers import make_consent_text, make_customer

SignIn = Callable[[Any], Any]
PAGE = "/customers/consent-texts/"
PUBLISH = f"{PAGE}publish/"
TEXT = {
    "channel": "sms",
    "purpose": "marketing",
    "version": "2026-2",
    "title": "营销短信授权书",
    "body": "我同意通过短信接收产品信息。",
}


def publish(version: str, now: datetime, *, outdates: bool = False, by: Any = None) -> int:
    values = TEXT | {"version": version}
    return actions.publish_consent_text(**values, outdates=outdates, now=now, by=by)


def give(client: Any, customer: Any, text_id: int, **more: str) -> Any:
    return client.post(f"/customers/{customer.pk}/give-consent/", {"text": text_id, "agreed": "on", **more})


def test_compliance_review_of_the_head_office_publishes(
    compliance_reviewer: Any, client_of: SignIn, now: datetime
) -> None:
    make_consent_text(version="2026-1")
    client = client_of(compliance_reviewer)

    assert client.post(PUBLISH, TEXT | {"outdates": "on"}).status_code == 302

    text = ConsentText.objects.get(version="2026-2")
    fact = Fact.objects.get(kind="customers.ConsentTextPublished")
    assert (fact.by, fact.body["consent_text_id"], fact.body["outdates"]) == (
        compliance_reviewer,
        text.pk,
        True,
    )
    shown = {row.text.version: row for row in client.get(PAGE).context["texts"]}
    assert shown["2026-2"].outdates == ("2026-1",)
    assert (shown["2026-2"].state, shown["2026-1"].state) == ("当前使用", "已失效")
    assert shown["2026-2"].by == compliance_reviewer.full_name


def test_publishes_nothing_from_a_branch(north: Any, client_of: SignIn, now: datetime) -> None:
    client = client_of(make_staff("far", north, "compliance_reviewer"))

    assert client.post(PUBLISH, TEXT).status_code == 403
    assert not client.get(PAGE).context["may_publish"]
    assert not ConsentText.objects.exists()
    assert not Fact.objects.filter(kind="customers.ConsentTextPublished").exists()


@pytest.mark.parametrize("who", ["relationship_manager", "legal_reviewer", "auditor"])
def test_others_read_and_do_not_publish(
    request: pytest.FixtureRequest, who: str, db: None, client_of: SignIn, now: datetime
) -> None:
    make_consent_text(version="2026-1")
    client = client_of(request.getfixturevalue(who))

    assert "2026-1" in client.get(PAGE).content.decode()
    assert client.post(PUBLISH, TEXT).status_code == 403
    assert ConsentText.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"version": "二"}, {"version": ""}, {"body": " "}, {"channel": "pigeon"}, {"title": "长" * 101}],
)
def test_a_text_that_is_not_whole_comes_back(
    compliance_reviewer: Any, client_of: SignIn, now: datetime, change: dict[str, str]
) -> None:
    response = client_of(compliance_reviewer).post(PUBLISH, TEXT | change)

    assert set(response.context["form"].errors) == set(change)
    assert not ConsentText.objects.exists()


def test_tells_which_version_ended_which(now: datetime, north: Any) -> None:
    from huiqun.customers.queries.texts import consent_texts

    for version, outdates in (("1", False), ("2", False), ("3", True), ("4", False), ("5", True)):
        publish(version, now, outdates=outdates)

    shown = {row.text.version: row.outdates for row in consent_texts()}

    assert shown == {"1": (), "2": (), "3": ("2", "1"), "4": (), "5": ("4", "3")}


def test_a_consent_given_at_the_branch_counts(
    north: Any, relationship_manager: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=north)
    publish("1", now)
    text_id = publish("2", now)
    client = client_of(relationship_manager)
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert TEXT["body"] in page

    assert give(client, customer, text_id).status_code == 302

    record = ConsentRecord.objects.get(customer=customer)
    assert (record.text_version, record.source, record.by) == ("2", "branch", relationship_manager)
    (answer,) = queries.consents_of(customer_id=customer.pk)
    assert (answer.channel, answer.purpose, answer.state) == ("sms", "marketing", "given")
    assert Fact.objects.get(kind="customers.ConsentGiven").by == relationship_manager


def test_refuses_a_text_that_is_not_the_current_one(
    north: Any, service_desk: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=north)
    old = publish("1", now)
    publish("2", now)

    assert give(client_of(service_desk), customer, old).status_code == 409
    assert not Consent.objects.exists()
    assert not Fact.objects.filter(kind="customers.ConsentGiven").exists()


@pytest.mark.parametrize("change", [{"agreed": ""}, {"text": "x"}, {"text": str(2**70)}])
def test_refuses_what_the_customer_did_not_confirm(
    north: Any, service_desk: Any, client_of: SignIn, now: datetime, change: dict[str, str]
) -> None:
    customer = make_customer(branch=north)

    assert give(client_of(service_desk), customer, publish("1", now), **change).status_code == 409
    assert not Consent.objects.exists()


def test_offers_it_to_those_who_serve_customers_only(
    north: Any, marketer: Any, service_desk: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=north)
    text_id = publish("1", now)

    assert "give-consent" not in client_of(marketer).get(f"/customers/{customer.pk}/").content.decode()
    assert "give-consent" in client_of(service_desk).get(f"/customers/{customer.pk}/").content.decode()
    assert give(client_of(marketer), customer, text_id).status_code == 403
    assert not Consent.objects.exists()
