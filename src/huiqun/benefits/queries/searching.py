"""Claims as staff look for them, with their holders masked; those of other branches are left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiqun.benefits.models import Claim
from huiqun.benefits.queries.finding import claim_by_code
from huiqun.benefits.rules.refusals_life import ClaimNotFound
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation.models import Staff
from huiqun.lib.days import end_of_day, local_time, start_of_day

ASKED = ("number", "code", "state", "benefit", "from", "until")
CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class ShownClaim:
    row: Claim
    card: CustomerCard


def claims_asked(*, staff: Staff, asked: Mapping[str, str]) -> Any:
    """``asked`` may say a customer number, a code (ours or a partner's), state, benefit, and days of claiming."""
    rows = Claim.objects.filter(customer_id__in=customers.ids_visible_to(staff)).select_related("benefit")
    if asked.get("number"):
        ids = customers.customer_ids_by_number([asked["number"]])
        rows = rows.filter(customer_id__in=list(ids.values()))
    if asked.get("code"):
        rows = rows.filter(pk=claim_by_code(asked["code"]) or 0)
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("benefit", "").isdecimal():
        rows = rows.filter(benefit_id=asked["benefit"][:18])
    if since := _day(asked.get("from", "")):
        rows = rows.filter(claimed_at__gte=start_of_day(since))
    if until := _day(asked.get("until", "")):
        rows = rows.filter(claimed_at__lt=end_of_day(until))
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def shown_claims(rows: Sequence[Claim], *, staff: Staff) -> list[ShownClaim]:
    cards = {
        card.id: card for card in customers.customer_cards(ids=[row.customer_id for row in rows], staff=staff)
    }
    return [ShownClaim(row=row, card=cards[row.customer_id]) for row in rows if row.customer_id in cards]


def visible_claim(claim_id: int, staff: Staff) -> Claim:
    """:raises ClaimNotFound for a customer of another branch"""
    rows = Claim.objects.filter(customer_id__in=customers.ids_visible_to(staff))
    found: Claim | None = rows.select_related("benefit__branch", "ended_by").filter(pk=claim_id).first()
    if found is None:
        raise ClaimNotFound()
    return found


def export_lines(rows: Any, *, staff: Staff) -> Iterator[tuple[str, ...]]:
    """By customer number, without names, numbers and codes: who could use a code needs no list of them."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        for each in shown_claims(chunk, staff=staff):
            row = each.row
            yield (
                each.card.number,
                row.benefit.name,
                str(row.get_state_display()),
                _moment(row.claimed_at),
                row.expires_on.isoformat() if row.expires_on else "",
                _moment(row.ended_at),
            )


def _moment(moment: datetime | None) -> str:
    return f"{local_time(moment):%Y-%m-%d %H:%M}" if moment else ""


def latest_claims(customer_id: int, most: int = 20) -> list[Claim]:
    """For the customer's page, which asks before whether its reader may see this customer."""
    rows = Claim.objects.filter(customer_id=customer_id).select_related("benefit")
    return list(rows.order_by("-id")[:most])
