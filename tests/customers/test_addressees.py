"""Where people are written to: in one statement, and no more opened than is asked for."""

from typing import Any

import pytest

from huiqun.customers import queries
from huiqun.customers.models import Customer
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def test_gives_number_name_and_branch(north: Any) -> None:
    person = make_customer(branch=north)
    found = queries.addressees(customer_ids=[person.pk], channel="sms")[person.pk]
    assert (found.contact, found.name, found.branch) == (person.phone, person.name, north.name)
    merged = queries.merge_values(customer_ids=[person.pk])[person.pk]
    assert found.salutation == merged.salutation


def test_leaves_names_sealed_that_nobody_asks_for(north: Any) -> None:
    person = make_customer(branch=north)
    found = queries.addressees(customer_ids=[person.pk], channel="sms", with_names=False)[person.pk]
    assert (found.contact, found.name, found.salutation) == (person.phone, "", "")


def test_leaves_out_who_has_no_number_or_was_merged(north: Any) -> None:
    person, other, gone = (make_customer(branch=north) for _ in range(3))
    Customer.objects.filter(pk=other.pk).update(phone=None, phone_index=None)
    Customer.objects.filter(pk=gone.pk).update(merged_into=person)
    ids = [person.pk, other.pk, gone.pk]
    assert set(queries.addressees(customer_ids=ids, channel="sms")) == {person.pk}
    assert queries.addressees(customer_ids=ids, channel="branch_counter") == {}


def test_reads_values_of_old_keys_and_of_sm4(north: Any, settings: Any) -> None:
    import base64

    first = make_customer(branch=north)
    sm4 = base64.b64encode(b"0123456789abcdef").decode()
    settings.HUIQUN_KEYS = f"k9:sm4:{sm4},{settings.HUIQUN_KEYS}"
    second, third = make_customer(branch=north), make_customer(branch=north)
    ids = [first.pk, second.pk, third.pk]
    found = queries.addressees(customer_ids=ids, channel="sms")
    assert [found[i].contact for i in ids] == [first.phone, second.phone, third.phone]
