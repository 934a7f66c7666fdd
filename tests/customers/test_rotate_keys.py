"""Identifiers move to a new key; the old one can go."""

from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from huiqun.customers import queries
from huiqun.customers.models import Customer
from huiqun.foundation.rotation import rotate_keys
from huiqun.foundation.secrets import key_id_of
from tests.makers.customers import make_customer

OLD = f"k1:aes:{b64encode(b'1' * 32).decode()}"
NEW = f"k2:sm4:{b64encode(b'2' * 16).decode()}"


def stored_keys() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM customers_customer")
        return {key_id_of(bytes(value)) for row in cursor.fetchall() for value in row}


def test_everything_is_readable_with_the_new_key_alone(north: Any, now: datetime, settings: Any) -> None:
    settings.HUIQUN_KEYS = OLD
    ids = [make_customer(branch=north, phone=f"1380000000{n}").pk for n in range(5)]
    assert stored_keys() == {"k1"}
    settings.HUIQUN_KEYS = f"{NEW},{OLD}"

    assert rotate_keys(now=now)["customers"] == 5
    assert rotate_keys(now=now)["customers"] == 0

    settings.HUIQUN_KEYS = NEW
    assert stored_keys() == {"k2"}
    assert set(queries.contact_points(customer_ids=ids, channel="sms")) == set(ids)
    assert Customer.objects.get(pk=ids[3]).phone == "13800000003"


def test_an_interrupted_rotation_keeps_its_batches(
    north: Any, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUIQUN_KEYS = OLD
    for _ in range(4):
        make_customer(branch=north)
    settings.HUIQUN_KEYS = f"{NEW},{OLD}"
    monkeypatch.setattr("huiqun.foundation.rotation.BATCH", 2)

    def stop(name: str, last: int) -> None:
        if name == "customers":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(now=now, progress=stop)
    assert stored_keys() == {"k1", "k2"}

    assert rotate_keys(now=now)["customers"] == 2
    assert stored_keys() == {"k2"}
