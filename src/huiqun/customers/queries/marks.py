"""By what the same person is recognised in several customer records: keyed digests, to be compared and never read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from huiqun.customers.models import Customer
from huiqun.customers.models.people import index_of


@dataclass(frozen=True, kw_only=True)
class Marks:
    """``document``, ``payee`` (the account on file) and ``phone`` are 32 characters, or "" where we know none."""

    branch_id: int
    opened_date: date | None
    document: str
    payee: str
    phone: str


def marks_of(ids: Collection[int]) -> dict[int, Marks]:
    columns = ("pk", "branch_id", "opened_date", "id_number_index", "card_number_index", "phone_index")
    return {
        pk: Marks(
            branch_id=branch_id,
            opened_date=opened,
            document=_hex(document),
            payee=_hex(payee),
            phone=_hex(phone),
        )
        for pk, branch_id, opened, document, payee, phone in Customer.objects.filter(pk__in=ids).values_list(
            *columns
        )
    }


def phone_mark(number: str) -> str:
    """The mark under which customers with this number are found."""
    return _hex(index_of("phone", number))


def ids_by_phone_mark(marks: Collection[str]) -> dict[str, list[int]]:
    """Customers by the mark of their number; several may share one."""
    found: dict[str, list[int]] = {}
    rows = Customer.objects.present().filter(phone_index__in=[bytes.fromhex(mark) for mark in marks])
    for pk, index in rows.order_by("pk").values_list("pk", "phone_index"):
        found.setdefault(_hex(index), []).append(pk)
    return found


def _hex(index: bytes | None) -> str:
    return bytes(index).hex() if index else ""
