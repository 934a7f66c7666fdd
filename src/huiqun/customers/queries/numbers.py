"""The bank's own numbers of many customers, for files that leave the system."""

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from huiqun.customers.models import Customer, Erasure
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role

SEERS = (Role.MARKETER, Role.OPERATOR, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK, Role.RISK_OFFICER)
"""Who sees customer numbers in full on our pages; to others they are masked in files too."""
NUMBERS = "SELECT number FROM customers_customer WHERE id = ANY(%s) ORDER BY id"
MASKED = "SELECT repeat('*', greatest(length(number) - 4, 4)) || right(number, 4) FROM customers_customer WHERE id = ANY(%s) ORDER BY id"


def sees_numbers(staff: Staff) -> bool:
    return staff.has_role(*SEERS)


def numbers_of(ids: pa.Array, *, masked: bool) -> pa.Array:
    """In the order of ids; ids of nobody are left out."""
    with connection.cursor() as cursor:
        cursor.execute(MASKED if masked else NUMBERS, [ids.to_pylist()])
        return pa.array((row[0] for row in cursor), pa.string())


def numbers_by_id(ids: Sequence[int], *, staff: Staff) -> dict[int, str]:
    """Of the customers that the person sees now, in full or masked; the others are left out."""
    rows = Customer.objects.visible_to(staff).filter(pk__in=ids).values_list("pk", "number")
    if sees_numbers(staff):
        return dict(rows)
    return {pk: "*" * max(len(number) - 4, 4) + number[-4:] for pk, number in rows}


def erased_ids() -> list[int]:
    """Customers whose data was erased: they are in nobody's file any more."""
    return list(Erasure.objects.filter(state=Erasure.State.DONE).values_list("customer_id", flat=True))
