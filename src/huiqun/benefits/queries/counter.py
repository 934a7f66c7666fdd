"""What a partner's clerk or program may know of a piece: what it is, whose with most of the name hidden, its state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiqun.benefits.models import Claim
from huiqun.benefits.models.settlements import Redemption
from huiqun.benefits.queries.finding import claim_by_code
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_life import ClaimNotFound
from huiqun.customers import queries as customers
from huiqun.lib.masking import mask_name


@dataclass(frozen=True, kw_only=True)
class Slip:
    claim_id: int
    name: str
    item: str
    specification: str
    how_to_use: str
    holder: str
    state: ClaimState
    last_day: date
    real_name: bool
    used_at: datetime | None
    shop: str
    is_usable: bool


def slip(*, code: str, partner_id: int, today: date) -> Slip:
    """A piece of this partner's by the code on it. :raises ClaimNotFound, for another partner's too"""
    rows = Claim.objects.select_related("benefit").filter(benefit__partner=partner_id)
    claim: Claim | None = rows.filter(pk=claim_by_code(code)).first()
    if claim is None:
        raise ClaimNotFound()
    last_day = claim.expires_on or claim.benefit.use_last_date
    used = Redemption.objects.filter(claim=claim).first()
    state = ClaimState(claim.state)
    return Slip(
        claim_id=claim.pk,
        name=claim.benefit.name,
        item=claim.benefit.item,
        specification=claim.benefit.specification,
        how_to_use=claim.benefit.how_to_use,
        holder=_holder(claim.customer_id),
        state=state,
        last_day=last_day,
        real_name=claim.benefit.real_name,
        used_at=claim.ended_at if state is ClaimState.USED else None,
        shop=used.shop if used else "",
        is_usable=state is ClaimState.CLAIMED and today <= last_day,
    )


def _holder(customer_id: int) -> str:
    known = customers.merge_values(customer_ids=[customer_id]).get(customer_id)
    return mask_name(known.name) if known and known.name else ""


def latest_of(clerk_id: int, *, since: datetime) -> list[Any]:
    """What this clerk has confirmed since, the latest first."""
    rows = Redemption.objects.filter(clerk=clerk_id, at__gte=since).select_related("claim__benefit")
    return list(rows.order_by("-at")[:20])
