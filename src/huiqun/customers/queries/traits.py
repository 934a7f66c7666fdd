"""What others group customers by: their branch, lifecycle and age, never who they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from huiqun.customers.models import Customer
from huiqun.customers.models.people import LIFECYCLE_LABELS

BANDS = ((18, "0–17"), (31, "18–30"), (46, "31–45"), (1000, "46+"))
"""The first age that is above a band, and its label."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """``lifecycle`` is a label in the reader's language; "" and None are unknown."""

    branch_id: int
    branch: str
    lifecycle: str
    age_band: str


def traits_of(*, ids: Iterable[int], on: date) -> dict[int, Traits]:
    rows = Customer.objects.filter(pk__in=list(ids)).values_list(
        "pk", "branch_id", "branch__name", "lifecycle", "birth_date"
    )
    return {
        pk: Traits(
            branch_id=branch_id,
            branch=branch,
            lifecycle=str(LIFECYCLE_LABELS.get(lifecycle, "")),
            age_band=age_band(birth_date, on),
        )
        for pk, branch_id, branch, lifecycle, birth_date in rows
    }


def age_band(birth_date: date | None, on: date) -> str:
    if birth_date is None:
        return ""
    age = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return next(label for above, label in BANDS if age < above)
