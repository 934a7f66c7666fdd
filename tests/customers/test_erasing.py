"""A customer's data is erased: one asks, another carries it out, what has to be kept is kept with its reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pytest
from django.core.exceptions import FieldDoesNotExist

from huiqun.benefits.models import Benefit
from huiqun.config.commands.erasing import erase
from huiqun.customers import actions
from huiqun.customers.actions import erasing
from huiqun.customers.models import Consent, ConsentRecord, Customer, Erasure, ImportRefusal
from huiqun.customers.rules import (
    IDENTIFIERS,
    CustomerUnknown,
    ErasureAskedAlready,
    ErasureDecided,
    ErasureGroundUnknown,
    ErasureHeld,
    ErasureTakesTwo,
)
from huiqun.delivery.models import ContactCount, Recipient
from huiqun.foundation import erasure, lake
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.customers.files import row, write_csv
from tests.customers.test_import_customers import take
from tests.makers.benefits import make_benefit, make_claim
from tests.makers.customers import make_customer
from tests.makers.delivery import make_run

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def customer(north: Any) -> Customer:
    return make_customer(branch=north, consents=["sms"], attributes={"hobby": "围棋"}, address="杭州市西湖区")


@pytest.fixture
def asked(customer: Customer, service_desk: Any) -> Erasure:
    return actions.ask_erasure(customer_id=customer.pk, ground="asked", by=service_desk, now=NOW)


@pytest.fixture
def do_erase(asked: Erasure, compliance_reviewer: Any) -> Callable[[], None]:
    return lambda: actions.erase_customer(erasure_id=asked.pk, by=compliance_reviewer, now=LATER)


def test_what_identifies_and_describes_is_gone_and_the_id_stays(
    customer: Customer, do_erase: Callable[[], None]
):
    do_erase()
    left = Customer.objects.get(pk=customer.pk)
    assert left.number == f"erased-{customer.pk}"
    assert not any(getattr(left, name) or getattr(left, f"{name}_index") for name in IDENTIFIERS)
    for name in ("birth_date", "sex", "city", "risk_level", "lifecycle", "opened_date", "attributes"):
        assert not getattr(left, name), name


def test_what_is_declared_to_be_deleted_is_and_what_to_be_kept_is_with_its_reason(
    customer: Customer, do_erase: Callable[[], None]
):
    ContactCount.objects.create(
        customer_id=customer.pk, on_date=date(2026, 11, 1), purpose="marketing", channel="sms", count=1
    )
    do_erase()
    assert not Consent.objects.filter(customer=customer).exists()
    assert not ContactCount.objects.filter(customer_id=customer.pk).exists()
    assert ConsentRecord.objects.filter(customer=customer).count() == 1
    body = Fact.objects.get(kind="customers.CustomerErased").body
    assert {"model": "customers.Consent", "how": "delete", "rows": 1} in body["erased"]
    assert {"model": "delivery.ContactCount", "how": "delete", "rows": 1} in body["erased"]
    kept = {each["model"]: each["why"] for each in body["kept"]}
    assert kept["customers.ConsentRecord"] == "the bank must prove each consent"


def test_only_this_customer_is_touched(customer: Customer, do_erase: Callable[[], None], north: Any):
    other = make_customer(branch=north, consents=["sms"])
    do_erase()
    same = Customer.objects.get(pk=other.pk)
    assert (same.name, same.phone, same.number) == (other.name, other.phone, other.number)
    assert Consent.objects.filter(customer=other).count() == 1


def test_records_that_were_merged_into_it_go_too(
    customer: Customer, do_erase: Callable[[], None], north: Any
):
    once = make_customer(branch=north, merged_into=customer)
    before = make_customer(branch=north, merged_into=once)
    do_erase()
    for each in (once, before):
        assert Customer.objects.get(pk=each.pk).name is None
    assert Fact.objects.get(kind="customers.CustomerErased").body["merged"] == [once.pk, before.pk]


def test_whoever_asked_does_not_decide(asked: Erasure, service_desk: Any, customer: Customer):
    for action in (actions.erase_customer, actions.decline_erasure):
        with pytest.raises(ErasureTakesTwo):
            action(erasure_id=asked.pk, by=service_desk, now=LATER)
    assert Customer.objects.get(pk=customer.pk).name


def test_it_is_decided_once(asked: Erasure, compliance_reviewer: Any, do_erase: Callable[[], None]):
    actions.decline_erasure(erasure_id=asked.pk, by=compliance_reviewer, now=LATER)
    with pytest.raises(ErasureDecided):
        do_erase()
    assert not Fact.objects.filter(kind="customers.CustomerErased").exists()
    assert Fact.objects.filter(kind="customers.ErasureDeclined").count() == 1


def test_it_is_asked_for_once_unless_it_was_declined(
    asked: Erasure, customer: Customer, service_desk: Any, compliance_reviewer: Any
):
    with pytest.raises(ErasureAskedAlready):
        actions.ask_erasure(customer_id=customer.pk, ground="asked", by=service_desk, now=NOW)
    actions.decline_erasure(erasure_id=asked.pk, by=compliance_reviewer, now=LATER)
    actions.ask_erasure(customer_id=customer.pk, ground="ended", by=service_desk, now=LATER)
    assert Fact.objects.filter(kind="customers.ErasureAsked").count() == 2


def test_it_is_asked_for_with_a_reason_and_of_customers_in_scope(
    customer: Customer, service_desk: Any, south: Any
):
    with pytest.raises(ErasureGroundUnknown):
        actions.ask_erasure(customer_id=customer.pk, ground="fun", by=service_desk, now=NOW)
    elsewhere = make_staff("elsewhere", south, "service_desk")
    with pytest.raises(CustomerUnknown):
        actions.ask_erasure(customer_id=customer.pk, ground="asked", by=elsewhere, now=NOW)
    assert not Erasure.objects.exists()


def test_a_run_under_way_or_a_benefit_that_may_be_used_says_why_not_yet(
    customer: Customer, do_erase: Callable[[], None], north: Any
):
    run = make_run(branch=north)
    Recipient.objects.create(run=run, customer_id=customer.pk, branch=north, state="queued")
    claim = make_claim(benefit=make_benefit(branch=north), customer_id=customer.pk)
    Benefit.objects.update(use_last_date=LATER.date())
    with pytest.raises(ErasureHeld) as refusal:
        do_erase()
    assert str(run.pk) in str(refusal.value) and LATER.date().isoformat() in str(refusal.value)
    assert Customer.objects.get(pk=customer.pk).name and Consent.objects.exists()
    Recipient.objects.update(state="sent")
    Benefit.objects.filter(pk=claim.benefit_id).update(use_last_date=LATER.date() - timedelta(days=1))
    do_erase()


def test_all_or_nothing(customer: Customer, do_erase: Callable[[], None], monkeypatch: pytest.MonkeyPatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(erasing.facts, "record", fail)
    with pytest.raises(RuntimeError):
        do_erase()
    assert Customer.objects.get(pk=customer.pk).name and Consent.objects.exists()
    assert Erasure.objects.get().state == "asked"


def test_no_file_brings_the_customer_back(customer: Customer, do_erase: Callable[[], None], tmp_path: Path):
    number = customer.number
    do_erase()
    branch = customer.branch.code
    rows = [row(1, no=number, branch=branch), row(777, branch=branch)]
    take(write_csv(tmp_path / "again.csv", rows), LATER)
    assert Customer.objects.filter(number="C777").exists()
    assert not Customer.objects.filter(number=number).exists()
    assert [each.code for each in ImportRefusal.objects.all()] == ["erased"]


def profiles() -> list[int]:
    rows = lake.connect().execute("SELECT customer_id FROM profiles ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def test_the_lake_follows_by_night(customer: Customer, do_erase: Callable[[], None], north: Any):
    other = make_customer(branch=north)
    actions.export_profiles(now=NOW)
    held = pa.table(
        {"dt": [date(2026, 11, 1)] * 2, "customer_id": [customer.pk, other.pk], "aum_fen": [1, 2]}
    )
    lake.stage("aum", held, partition="2026-11-01")
    lake.publish(now=NOW)
    do_erase()
    assert profiles() == [customer.pk, other.pk]
    assert actions.erase_from_lake(now=LATER) == 1
    assert profiles() == [other.pk] and customer.pk in lake.erased_ids()
    assert Erasure.objects.get().lake_erased_at == LATER
    assert Fact.objects.get(kind="customers.CustomersErasedFromLake").body["count"] == 1
    assert actions.erase_from_lake(now=LATER) == 0
    actions.export_profiles(now=LATER)
    assert profiles() == [other.pk]


def test_a_lake_that_cannot_be_written_is_tried_again_the_next_night(
    do_erase: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    do_erase()
    with monkeypatch.context() as broken:
        broken.setattr(lake, "erase", lambda *args, **kwargs: (_ for _ in ()).throw(lake.LakeFull()))
        with pytest.raises(lake.LakeFull):
            actions.erase_from_lake(now=LATER)
    assert Erasure.objects.get().lake_erased_at is None
    assert actions.erase_from_lake(now=LATER) == 1


def test_every_model_about_a_customer_can_be_erased():
    """What is declared is something that can be carried out."""
    for model, link in erasure._linked(Customer):
        declared = model.personal_data  # type: ignore[attr-defined]
        if declared.erasure == "anonymise":
            for name, how in declared.fields.items():
                if how != "pseudonym":
                    erasure._blank(model, name)
        if link != "pk":
            try:
                model._meta.get_field(link.removesuffix("_id"))
            except FieldDoesNotExist:
                model._meta.get_field(link)


# Pages


def test_asks_on_the_customers_page_and_decides_on_the_list(
    client_of: Any, service_desk: Any, compliance_reviewer: Any, customer: Customer
):
    page = client_of(service_desk).get(f"/customers/{customer.pk}/")
    assert "申请删除个人信息" in page.content.decode()
    client_of(service_desk).post(f"/customers/{customer.pk}/ask-erasure/", {"ground": "asked"})
    page = client_of(service_desk).get(f"/customers/{customer.pk}/").content.decode()
    assert service_desk.full_name in page and "申请删除该客户的个人信息" in page
    asked = Erasure.objects.get()
    listed = client_of(compliance_reviewer).get("/customers/erasures/").content.decode()
    assert customer.number in listed and f"/customers/erasures/{asked.pk}/erase/" in listed
    done = client_of(compliance_reviewer).post(f"/customers/erasures/{asked.pk}/erase/", follow=True)
    assert done.status_code == 200 and "今晚" in done.content.decode()
    page = client_of(service_desk).get(f"/customers/{customer.pk}/").content.decode()
    assert "个人信息已于" in page


def test_only_those_who_may_ask_and_decide_do(
    client_of: Any, marketer: Any, service_desk: Any, asked: Erasure, customer: Customer
):
    assert (
        client_of(marketer).post(f"/customers/{customer.pk}/ask-erasure/", {"ground": "asked"}).status_code
        == 403
    )
    assert client_of(marketer).get("/customers/erasures/").status_code == 403
    assert client_of(service_desk).post(f"/customers/erasures/{asked.pk}/erase/").status_code == 403
    assert Customer.objects.get(pk=customer.pk).name


def test_the_list_says_what_has_to_be_finished_first(
    client_of: Any, compliance_reviewer: Any, asked: Erasure, customer: Customer, north: Any
):
    run = make_run(branch=north)
    Recipient.objects.create(run=run, customer_id=customer.pk, branch=north, state="queued")
    listed = client_of(compliance_reviewer).get("/customers/erasures/").content.decode()
    assert f"发送批次 {run.pk}" in listed and "/erase/" not in listed


def test_a_reviewer_of_another_branch_sees_none(
    client_of: Any, asked: Erasure, customer: Customer, south: Any
):
    reviewer = make_staff("elsewhere", south, "compliance_reviewer")
    assert customer.number not in client_of(reviewer).get("/customers/erasures/").content.decode()
    assert client_of(reviewer).post(f"/customers/erasures/{asked.pk}/erase/").status_code == 404


def test_the_command_takes_the_same_two_people(
    customer: Customer, service_desk: Any, compliance_reviewer: Any, marketer: Any
):
    def run(asked_by: Any, done_by: Any) -> None:
        erase(customer.number, ground="ended", asked_by=asked_by.username, done_by=done_by.username)

    for pair in ((marketer, compliance_reviewer), (service_desk, service_desk)):
        with pytest.raises(click.ClickException):
            run(*pair)
    assert not Erasure.objects.exists()
    run(service_desk, compliance_reviewer)
    assert Erasure.objects.get().lake_erased_at and Customer.objects.get(pk=customer.pk).name is None
