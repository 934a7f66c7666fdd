"""Reading one identifier in the clear."""

from datetime import datetime
from typing import Any

import pytest

from huiqun.customers import actions
from huiqun.customers.rules import CustomerUnknown, NothingToUnmask, PurposeMissing
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer


def unmasked(customer: Any, by: Any, now: datetime, **over: str) -> str:
    values = {"field": "phone", "purpose": "call", "note": "回访 13800001234"} | over
    return actions.unmask(customer_id=customer.pk, by=by, now=now, **values)


def test_value_and_fact_that_says_who_what_and_why(
    north: Any, relationship_manager: Any, now: datetime
) -> None:
    customer = make_customer(branch=north, phone="13800001234")

    assert unmasked(customer, relationship_manager, now) == "13800001234"

    fact = Fact.objects.get(kind="customers.CustomerUnmasked")
    assert fact.by == relationship_manager
    assert (fact.body["field"], fact.body["purpose"]) == ("phone", "call")
    assert "13800001234" not in str(fact.body)


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"purpose": ""}, PurposeMissing),
        ({"purpose": "curious"}, PurposeMissing),
        ({"field": "number"}, NothingToUnmask),
        ({"field": "card_number"}, NothingToUnmask),
    ],
)
def test_refuses_without_purpose_or_value(
    north: Any, relationship_manager: Any, now: datetime, over: dict[str, str], refusal: type[Exception]
) -> None:
    customer = make_customer(branch=north)

    with pytest.raises(refusal):
        unmasked(customer, relationship_manager, now, **over)

    assert not Fact.objects.filter(kind="customers.CustomerUnmasked").exists()


def test_another_branchs_customer_is_not_there(south: Any, relationship_manager: Any, now: datetime) -> None:
    customer = make_customer(branch=south)
    with pytest.raises(CustomerUnknown):
        unmasked(customer, relationship_manager, now)


def test_no_value_without_its_fact(
    north: Any, relationship_manager: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = make_customer(branch=north)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(facts, "record", broken)
    with pytest.raises(RuntimeError):
        unmasked(customer, relationship_manager, now)
