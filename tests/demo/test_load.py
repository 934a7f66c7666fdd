"""Loading the demo bank through the product's ordinary actions."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from huiqun.customers.models import Consent, Customer, ImportRefusal
from huiqun.delivery.models import ChannelAccount
from huiqun.foundation import lake
from huiqun.foundation.models import Branch, Fact, Staff
from huiqun.products import queries as products
from huiqun_demo import load as loader
from huiqun_demo.bank import files
from huiqun_demo.bank.shelf import SHELF
from huiqun_demo.bank.structure import STAFF

SIZE = 300


@pytest.mark.django_db(transaction=True)
def test_loads_once_and_again_changes_nothing(
    now: datetime, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUIQUN_VAR = tmp_path
    monkeypatch.setattr(files, "SMALL", SIZE)
    said: list[str] = []
    assert not loader.is_loaded()
    loader.load(now=now, small=True, progress=said.append)
    assert loader.is_loaded()
    assert not any("refused" in line for line in said), said
    assert not ImportRefusal.objects.exists()
    counts = (Customer.objects.count(), Branch.objects.count(), Staff.objects.get_queryset().count())
    assert counts == (SIZE, 7, len(STAFF))
    assert products.product("W205").risk == 3
    assert len(products.products_on_sale(now.date())) == len(SHELF)
    assert Consent.objects.filter(state="given", text_version="2").exists()
    sms = ChannelAccount.objects.get(channel="sms")
    assert sms.config["receipt_url"].endswith(f"/delivery/receipts/{sms.pk}/")
    for dataset in ("profiles", "attributes", "holdings", "aum", "transactions", "app_events"):
        row = (
            lake.connect().execute(f"SELECT count(*), count(DISTINCT customer_id) FROM {dataset}").fetchone()
        )
        assert row and row[0] > 0
    facts, version = Fact.objects.count(), lake.version()
    loader.load(now=now, small=True, progress=said.append)
    assert (Fact.objects.count(), lake.version(), Customer.objects.count()) == (facts, version, SIZE)


@pytest.mark.django_db(transaction=True)
def test_other_ports_are_told_to_the_channel_accounts(
    now: datetime, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUIQUN_VAR = tmp_path
    monkeypatch.setattr(files, "SMALL", 40)
    loader.load(now=now, small=True, progress=lambda line: None)
    monkeypatch.setenv("HUIQUN_DEMO_GATEWAY_PORT", "9125")
    assert not loader.is_loaded()
    loader.load(now=now, small=True, progress=lambda line: None)
    assert loader.is_loaded()
    assert ChannelAccount.objects.get(channel="sms").config["url"] == "http://127.0.0.1:9125/messages"


def test_everybody_signs_in_with_the_printed_password() -> None:
    told = loader.accounts()
    assert {member["username"] for member in told["staff"]} == {member.username for member in STAFF}
    assert len(told["password"]) >= 10
