"""Erasures of customers' data, for those who ask for them and those who decide."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from huiqun.customers.models import Customer, Erasure
from huiqun.customers.queries.cards import mask
from huiqun.foundation import erasure
from huiqun.foundation.models import Staff

COLOURS = {Erasure.State.ASKED: "gold", Erasure.State.DONE: "green", Erasure.State.DECLINED: "grey"}


@dataclass(frozen=True, kw_only=True)
class ShownErasure:
    """``holds`` are what has to be finished first; ``is_mine`` when the reader asked for it."""

    erasure: Erasure
    name: str
    colour: str
    holds: tuple[str, ...]
    is_mine: bool

    @property
    def is_open(self) -> bool:
        return self.erasure.state == Erasure.State.ASKED


def erasures(staff: Staff) -> Any:
    return Erasure.objects.visible_to(staff).select_related("customer__branch", "asked_by", "decided_by")


def shown(each: Erasure, staff: Staff, today: date) -> ShownErasure:
    is_open = each.state == Erasure.State.ASKED
    return ShownErasure(
        erasure=each,
        name=mask("name", each.customer.name),
        colour=COLOURS[Erasure.State(each.state)],
        holds=erasure.holds_on(each.customer_id, today) if is_open else (),
        is_mine=each.asked_by_id == staff.pk,
    )


def erasure_of(customer: Customer) -> Erasure | None:
    """The one that was asked for or carried out."""
    found: Erasure | None = (
        customer.erasures.exclude(state=Erasure.State.DECLINED).select_related("asked_by").first()
    )
    return found
