"""Erasing a customer: one person asks, another carries it out; the lake follows by night."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from huiqun.customers.events import (
    CustomerErased,
    CustomersErasedFromLake,
    ErasureAsked,
    ErasureDeclined,
)
from huiqun.customers.models import Customer, Erasure, ImportLine
from huiqun.customers.rules import (
    CustomerUnknown,
    ErasureAskedAlready,
    ErasureDecided,
    ErasureGroundUnknown,
    ErasureHeld,
    ErasureTakesTwo,
)
from huiqun.foundation import erasure, facts, lake
from huiqun.foundation.models import Staff
from huiqun.foundation.secrets import blind_index
from huiqun.lib.days import local_date

MOST = 500
"""Customers whose data leaves the lake together: each file is then written once for all of them."""


@transaction.atomic
def ask_erasure(*, customer_id: int, ground: str, by: Staff, now: datetime) -> Erasure:
    """:raises CustomerUnknown, ErasureGroundUnknown, ErasureAskedAlready"""
    customer = Customer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise CustomerUnknown
    if ground not in Erasure.Ground.values:
        raise ErasureGroundUnknown
    if Erasure.objects.filter(customer=customer).exclude(state=Erasure.State.DECLINED).exists():
        raise ErasureAskedAlready
    asked = Erasure.objects.create(customer=customer, ground=ground, asked_by=by, asked_at=now)
    fact = ErasureAsked(customer_id=customer_id, erasure_id=asked.pk, ground=ground)
    facts.record(fact, at=now, by=by, branch_id=customer.branch_id)
    return asked


@transaction.atomic
def decline_erasure(*, erasure_id: int, by: Staff, now: datetime) -> None:
    """:raises CustomerUnknown, ErasureDecided, ErasureTakesTwo"""
    asked = _to_decide(erasure_id, by)
    _decide(asked, Erasure.State.DECLINED, by, now)
    fact = ErasureDeclined(customer_id=asked.customer_id, erasure_id=asked.pk)
    facts.record(fact, at=now, by=by, branch_id=asked.customer.branch_id)


@transaction.atomic
def erase_customer(*, erasure_id: int, by: Staff, now: datetime) -> None:
    """What is declared to be erased is, at once, wherever it stands in the database; what has to be kept is
    named in the fact with its reason. The lake is rewritten by night (``erase_from_lake``).

    :raises CustomerUnknown, ErasureDecided, ErasureTakesTwo, ErasureHeld with nothing changed
    """
    asked = _to_decide(erasure_id, by)
    customers = list(_with_merged(asked.customer_id))
    held = [sentence for each in customers for sentence in erasure.holds_on(each.pk, local_date(now))]
    if held:
        raise ErasureHeld(reasons=" ".join(held))
    _decide(asked, Erasure.State.DONE, by, now)
    _remember(customers, asked)
    done = _erase(customers, now)
    fact = CustomerErased(
        customer_id=asked.customer_id,
        erasure_id=asked.pk,
        ground=asked.ground,
        merged=tuple(each.pk for each in customers if each.pk != asked.customer_id),
        erased=tuple({"model": e.model, "how": e.how, "rows": e.rows} for e in done if e.how != "keep"),
        kept=tuple({"model": e.model, "rows": e.rows, "why": e.why} for e in done if e.how == "keep"),
    )
    facts.record(fact, at=now, by=by, branch_id=asked.customer.branch_id)


def erase_from_lake(*, now: datetime) -> int:
    """Whoever was erased and is still in the lake leaves it; how many customers. Safe to repeat, also after
    somebody died in the middle of it. :raises lake.ArchiveSilent, lake.LakeFull, lake.FileDamaged"""
    waiting = Erasure.objects.filter(state=Erasure.State.DONE, lake_erased_at__isnull=True)
    due = list(waiting.order_by("pk").values_list("pk", "customer_id")[:MOST])
    if not due:
        return 0
    persons = sorted(each.pk for _pk, customer_id in due for each in _with_merged(customer_id))
    files = lake.erase(persons, now=now)
    with transaction.atomic():
        Erasure.objects.filter(pk__in=[pk for pk, _customer in due]).update(lake_erased_at=now)
        fact = CustomersErasedFromLake(count=len(due), files=files, lake_version=lake.version())
        facts.record(fact, at=now)
    return len(due)


def number_index(number: str) -> bytes:
    return blind_index(number, "customers.number")


def _to_decide(erasure_id: int, by: Staff) -> Erasure:
    asked: Erasure | None = (
        Erasure.objects.visible_to(by)
        .select_for_update(of=("self", "customer"))
        .select_related("customer")
        .filter(pk=erasure_id)
        .first()
    )
    if asked is None:
        raise CustomerUnknown
    if asked.state != Erasure.State.ASKED:
        raise ErasureDecided
    if asked.asked_by_id == by.pk:
        raise ErasureTakesTwo
    return asked


def _remember(customers: Sequence[Customer], asked: Erasure) -> None:
    """Each number by its index: those of records that were merged would bring the person back as well."""
    for each in customers:
        told = {
            "state": Erasure.State.DONE,
            "number_index": number_index(each.number),
            "decided_by": asked.decided_by,
            "decided_at": asked.decided_at,
        }
        first = {"ground": asked.ground, "asked_by": asked.asked_by, "asked_at": asked.asked_at}
        known = Erasure.objects.filter(customer=each).exclude(state=Erasure.State.DECLINED)
        if not known.exclude(asked_by=asked.decided_by).update(**told) and not known.exists():
            Erasure.objects.create(customer=each, **first, **told)


def _decide(asked: Erasure, state: str, by: Staff, now: datetime) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, by, now
    asked.save()


def _with_merged(customer_id: int) -> Sequence[Customer]:
    """The customer and the records that were merged into theirs, and into those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE all_of (id) AS (SELECT %s::bigint UNION"
            " SELECT c.id FROM customers_customer c JOIN all_of ON c.merged_into_id = all_of.id)"
            " SELECT id FROM all_of",
            [customer_id],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Customer.objects.filter(pk__in=ids).order_by("pk"))


def _erase(customers: Sequence[Customer], now: datetime) -> tuple[erasure.Erased, ...]:
    ImportLine.objects.filter(number__in=[each.number for each in customers]).delete()
    done = erasure.erase(Customer, [each.pk for each in customers])
    for each in customers:
        Customer.objects.filter(pk=each.pk).update(number=f"erased-{each.pk}", updated_at=now)
    return done
