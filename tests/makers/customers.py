"""Customers, consents and imports for tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from huiqun.customers import actions
from huiqun.customers.models import Consent, ConsentText, Customer, Erasure, ImportRun
from huiqun.foundation.models import Branch, Staff

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def make_customer(
    *, branch: Branch, consents: Iterable[str] = (), purpose: str = "marketing", **over: Any
) -> Customer:
    """A reachable adult with a fresh C3 assessment; ``consents`` are the channels agreed to."""
    ordinal = next(_ordinals)
    values: dict[str, Any] = {
        "number": f"T{ordinal:07d}",
        "branch": branch,
        "name": "王小明",
        "phone": f"1390{ordinal:07d}",
        "email": f"customer{ordinal}@example.com",
        "birth_date": date(1990, 5, 17),
        "sex": "F",
        "city": "杭州",
        "risk_level": 3,
        "risk_assessed_date": date(2026, 6, 1),
        "lifecycle": "growing",
        "opened_date": date(2020, 3, 1),
        "created_at": THEN,
        "updated_at": THEN,
    }
    customer = Customer.objects.create(**(values | over))
    for channel in consents:
        make_consent(customer=customer, channel=channel, purpose=purpose)
    return customer


def make_consent_text(
    *, channel: str = "sms", purpose: str = "marketing", version: str = "1", **over: Any
) -> ConsentText:
    values = {"title": "个人信息营销使用授权书", "body": "我同意……", "published_at": THEN}
    text, _ = ConsentText.objects.get_or_create(
        channel=channel, purpose=purpose, version=version, defaults=values | over
    )
    return text


def make_consent(
    *,
    customer: Customer,
    channel: str = "sms",
    purpose: str = "marketing",
    text_version: str = "1",
    now: datetime = THEN,
) -> Consent:
    """A consent that counts, by the ordinary action; its text is published when there is none."""
    make_consent_text(channel=channel, purpose=purpose, version=text_version)
    actions.give_consent(
        customer_id=customer.pk,
        channel=channel,
        purpose=purpose,
        text_version=text_version,
        source="test",
        now=now,
    )
    return Consent.objects.get(customer=customer, channel=channel, purpose=purpose)


def make_import(*, branch: Branch, **over: Any) -> ImportRun:
    values: dict[str, Any] = {
        "file_name": "customers.csv",
        "file_size": 10,
        "file_digest": "0" * 64,
        "mapping_name": "demo_bank",
        "mapping_text": "",
        "kind": "customers",
        "state": ImportRun.State.DONE,
        "started_at": THEN,
        "finished_at": THEN,
    }
    return ImportRun.objects.create(branch=branch, **(values | over))


def make_erasure(*, branch: Branch, customer: Customer | None = None) -> Erasure:
    by, _new = Staff.objects.get_or_create(
        username="erasure-asker", defaults={"full_name": "客服", "branch": branch}
    )
    customer = customer or make_customer(branch=branch)
    return actions.ask_erasure(customer_id=customer.pk, ground="asked", by=by, now=THEN)


ROUTE_OBJECTS = {
    "customer_id": lambda branch: make_customer(branch=branch).pk,
    "erasure_id": lambda branch: make_erasure(branch=branch).pk,
    "import_id": lambda branch: make_import(branch=branch).pk,
}
