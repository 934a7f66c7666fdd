"""The list of those not to be written to, as staff see it: their own branch's customers, masked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.delivery.models import Suppression, SuppressionLift, SuppressionLine, SuppressionList
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Blocked:
    row: Suppression
    card: CustomerCard
    stands: bool


def blocked(*, staff: Staff, asked: Mapping[str, str], now: datetime) -> QuerySet[Suppression]:
    """``asked`` may say q (a whole customer number, phone, mail or name), channel, reason, ended."""
    rows = Suppression.objects.filter(customer_id__in=customers.ids_visible_to(staff))
    if asked.get("q"):
        rows = rows.filter(customer_id__in=[card.id for card in customers.find(staff=staff, text=asked["q"])])
    if asked.get("channel"):
        rows = rows.filter(channel="" if asked["channel"] == "all" else asked["channel"])
    if asked.get("reason"):
        rows = rows.filter(reason=asked["reason"])
    return rows.filter(until_at__lte=now) if asked.get("ended") else rows.exclude(until_at__lte=now)


def of(*, customer_id: int, channel: str) -> Suppression:
    """The block of a customer on a channel. :raises NotFound"""
    found = Suppression.objects.filter(customer_id=customer_id, channel=channel).first()
    if found is None:
        raise NotFound
    return found


def shown(rows: list[Suppression], *, staff: Staff, now: datetime) -> list[Blocked]:
    cards = {
        card.id: card for card in customers.customer_cards(ids=[r.customer_id for r in rows], staff=staff)
    }
    return [
        Blocked(row=row, card=cards[row.customer_id], stands=row.until_at is None or row.until_at > now)
        for row in rows
        if row.customer_id in cards
    ]


def export_lines(rows: QuerySet[Suppression], *, staff: Staff, now: datetime) -> Iterator[tuple[str, ...]]:
    """Customer number, channel, reason, since, until: as an import reads them. No name and no phone number."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        for each in shown(chunk, staff=staff, now=now):
            until = last_day(each.row.until_at)
            since = f"{local_date(each.row.since_at):%Y-%m-%d}"
            yield each.card.number, each.row.channel, each.row.reason, since, until


def last_day(until_at: datetime | None) -> str:
    """Ends are exclusive: what ends at midnight has its last day before."""
    return f"{local_date(until_at - timedelta(microseconds=1)):%Y-%m-%d}" if until_at else ""


def open_lifts(staff: Staff) -> list[tuple[SuppressionLift, CustomerCard | None]]:
    """What waits for a second person."""
    rows = SuppressionLift.objects.visible_to(staff).filter(decided_at=None).select_related("asked_by")
    found = list(rows.order_by("pk")[:50])
    cards = {
        card.id: card for card in customers.customer_cards(ids=[r.customer_id for r in found], staff=staff)
    }
    return [(row, cards.get(row.customer_id)) for row in found]


def visible_list(list_id: int, staff: Staff) -> SuppressionList:
    """:raises NotFound"""
    rows = SuppressionList.objects.visible_to(staff).select_related("brought_by", "applied_by")
    row: SuppressionList | None = rows.filter(pk=list_id).first()
    if row is None:
        raise NotFound
    return row


def lines_of(found: SuppressionList, *, effect: str = "") -> QuerySet[SuppressionLine]:
    rows = SuppressionLine.objects.filter(of_list=found)
    return rows.filter(effect=effect) if effect else rows


def same_file(found: SuppressionList) -> SuppressionList | None:
    """An earlier list of the very same file that was taken in."""
    rows: Any = SuppressionList.objects.filter(
        file_digest=found.file_digest, branch=found.branch, state="applied"
    )
    earlier: SuppressionList | None = rows.exclude(pk=found.pk).order_by("-pk").first()
    return earlier


def blocks_of(customer_id: int, *, now: datetime) -> list[Suppression]:
    """A customer's blocks in force."""
    rows = Suppression.objects.filter(customer_id=customer_id).exclude(until_at__lte=now)
    return list(rows.order_by("channel"))
