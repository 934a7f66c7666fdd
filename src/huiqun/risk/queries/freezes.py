"""Reading freezes and groups."""

from datetime import datetime
from typing import Any

from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation.models import Staff
from huiqun.risk.models import Freeze, Ring
from huiqun.risk.rules.refusals import FreezeNotFound, RingNotFound


def freeze_rows(*, staff: Staff, state: str, now: datetime) -> Any:
    rows = Freeze.objects.visible_to(staff).select_related("made_by", "lifted_by").prefetch_related("keys")
    if state == "ended":
        return rows.exclude(lifted_at=None, until__gt=now)
    return rows.filter(lifted_at=None, until__gt=now) if state == "standing" else rows


def visible_freeze(freeze_id: int, staff: Staff) -> Freeze:
    """:raises FreezeNotFound"""
    rows = Freeze.objects.visible_to(staff).select_related("made_by", "lifted_by", "branch")
    found: Freeze | None = rows.filter(pk=freeze_id).first()
    if found is None:
        raise FreezeNotFound()
    return found


def ring_rows(*, staff: Staff) -> Any:
    """Groups with a member within the person's branches."""
    seen = customers.ids_visible_to(staff)
    return Ring.objects.filter(members__customer_id__in=seen).distinct()


def ring_page(ring_id: int, staff: Staff) -> tuple[Ring, list[CustomerCard]]:
    """The group with those members that the person may see. :raises RingNotFound"""
    ring = Ring.objects.select_related("dismissed_by").filter(pk=ring_id).first()
    members = list(ring.members.values_list("customer_id", flat=True)) if ring else []
    cards = customers.customer_cards(ids=members, staff=staff)
    if ring is None or not cards:
        raise RingNotFound()
    return ring, list(cards)
