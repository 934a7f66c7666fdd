from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from huiqun.lib.event import Event


@dataclass(frozen=True, kw_only=True)
class KettleThrownAway(Event):
    about: ClassVar[str] = "kettle_id"
    kettle_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    about: ClassVar[str] = "kettle_id"
    kettle_id: int


def test_a_fact_is_found_again_by_what_it_is_about(marketer, now):
    facts.record(KettleBoiled(kettle_id=7), at=now, by=marketer, branch_id=marketer.branch_id)
    fact = facts.about("kettle", 7).get()
    assert (fact.body, fact.by, fact.at) == ({"kettle_id": 7}, marketer, now)
    assert fact.xid > 0


@pytest.mark.parametrize(
    "statement", ["UPDATE foundation_fact SET kind = 'x'", "DELETE FROM foundation_fact"]
)
def test_a_fact_cannot_be_changed_or_removed(marketer, now, statement):
    facts.record(KettleBoiled(kettle_id=7), at=now, by=marketer)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Fact.objects.get().kind == KettleBoiled.kind()


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_a_bug(now):
    with pytest.raises(RuntimeError, match="outside a transaction"):
        facts.record(KettleBoiled(kettle_id=7), at=now)
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    "reason",
    ["客户13912345678投诉", "卡号6222021234567890123", "110101199003078515 本人", "写给 wang@example.com"],
)
def test_a_fact_names_no_person(marketer, now, reason):
    with pytest.raises(facts.PersonInFact):
        facts.record(KettleThrownAway(kettle_id=7, reason=reason), at=now, by=marketer)
    assert not Fact.objects.exists()


@pytest.mark.parametrize("reason", ["舆情,涉及3家网点", "a139123456780fe1" * 4, "合同 2026-11-20 第 15 号"])
def test_what_only_resembles_a_number_may_be_told(marketer, now, reason):
    facts.record(KettleThrownAway(kettle_id=7, reason=reason), at=now, by=marketer)
    assert Fact.objects.count() == 1
