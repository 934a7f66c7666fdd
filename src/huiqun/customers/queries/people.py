"""Customers by id, for those who send, merge or look."""

from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest

from huiqun.customers.files.values import normalised
from huiqun.customers.models import Customer
from huiqun.customers.models.people import index_of
from huiqun.customers.rules import CONTACT_FIELD, salutation
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import within
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class MergeValues:
    """What a message may say to one person."""

    name: str
    salutation: str
    branch: str


def contact_points(*, customer_ids: Iterable[int], channel: str) -> dict[int, str]:
    """Plain numbers and addresses by customer, for senders alone; those who have none are left out."""
    field = CONTACT_FIELD.get(channel)
    if field is None:
        return {}
    rows = Customer.objects.present().filter(pk__in=list(customer_ids), **{f"{field}__isnull": False})
    return dict(rows.values_list("pk", field))


def merge_values(*, customer_ids: Iterable[int]) -> dict[int, MergeValues]:
    rows = Customer.objects.filter(pk__in=list(customer_ids)).values_list("pk", "name", "sex", "branch__name")
    return {
        customer_id: MergeValues(name=name or "", salutation=salutation(name or "", sex), branch=branch)
        for customer_id, name, sex, branch in rows
    }


def customer_ids_by_number(numbers: Iterable[str]) -> dict[str, int]:
    """Ids of the bank's customer numbers; unknown numbers are left out."""
    return dict(Customer.objects.filter(number__any_of=numbers).values_list("number", "pk"))


def ids_within(*, numbers: Iterable[str], branch_path: str) -> dict[str, int]:
    """Ids of the bank's customer numbers in a branch and below; others are left out."""
    rows = Customer.objects.present().filter(within(branch_path), number__any_of=numbers)
    return dict(rows.values_list("number", "pk"))


def customer_ids_by_contact(*, channel: str, contact: str) -> list[int]:
    """Everybody who has this number or address: a reply says no more about who wrote it."""
    field = CONTACT_FIELD.get(channel)
    if field is None:
        return []
    return list(
        Customer.objects.present().with_identifier(field, contact.strip()).values_list("pk", flat=True)
    )


def branch_path(*, customer_id: int) -> str:
    """Where the customer belongs. :raises NotFound"""
    path: str | None = Customer.objects.filter(pk=customer_id).values_list("branch__path", flat=True).first()
    if path is None:
        raise NotFound
    return path


def visible_customer(customer_id: int, staff: Staff) -> Customer:
    """:raises NotFound when there is none, or it belongs to a branch the person does not see"""
    customer: Customer | None = (
        Customer.objects.visible_to(staff).select_related("branch").filter(pk=customer_id).first()
    )
    if customer is None:
        raise NotFound
    return customer


def branch_of(customer_id: int) -> int | None:
    """Of which branch a customer is; None for nobody."""
    found: int | None = Customer.objects.filter(pk=customer_id).values_list("branch_id", flat=True).first()
    return found


def visible_id(*, number: str, staff: Staff) -> int:
    """Whom the bank's customer number means. :raises NotFound also for customers of other branches"""
    found: int | None = (
        Customer.objects.visible_to(staff)
        .present()
        .filter(number=number)
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def has_document(*, customer_id: int, document: str) -> bool | None:
    """Whether this is the customer's identity document, compared without reading it; None when none is on file."""
    known = Customer.objects.filter(pk=customer_id).values_list("id_number_index", flat=True).first()
    if known is None:
        return None
    form = normalised("id_number", document)
    given = index_of("id_number", form)
    return given is not None and compare_digest(bytes(known), given)
