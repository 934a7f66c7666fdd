"""Used pieces and partners' months for tests."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from huiqun.benefits.actions.settling import draw_up
from huiqun.benefits.models import Benefit, Claim, Dispute, Settlement
from huiqun.benefits.rules import ClaimState
from huiqun.foundation.models import Branch
from huiqun.partners.models import Partner
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.partners import make_working

IN_OCTOBER = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
_ordinals = count(1)


def partner_benefit(*, partner: Partner, **over: Any) -> Benefit:
    values = {"partner_id": partner.pk, "bank_share": 6000, "value_fen": 4000}
    return make_benefit(branch=partner.branch, **(values | over))


def used_claim(*, benefit: Benefit, at: datetime = IN_OCTOBER) -> Claim:
    """A piece as it is after its use."""
    claim = open_claim(benefit=benefit)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.USED, ended_at=at)
    claim.refresh_from_db()
    return claim


def open_claim(*, benefit: Benefit, **over: Any) -> Claim:
    """A piece that its holder can use."""
    customer = over.pop("customer", None) or make_customer(branch=benefit.branch)
    values = {
        "code": f"PIECE{next(_ordinals):07d}",
        "claimed_at": IN_OCTOBER,
        "expires_on": date(2026, 12, 31),
    }
    Benefit.objects.take_one(benefit.pk)
    return Claim.objects.create(benefit=benefit, customer=customer, **(values | over))


def make_settlement(*, branch: Branch, uses: int = 2, **over: Any) -> Settlement:
    partner = over.pop("partner", None) or make_working(branch=branch)
    benefit = partner_benefit(partner=partner)
    for _ in range(uses):
        used_claim(benefit=benefit)
    now = over.pop("now", datetime(2026, 11, 3, 2, 0, tzinfo=UTC))
    settlement_id = draw_up(partner_id=partner.pk, month=OCTOBER, by=over.pop("by", None), now=now)
    Settlement.objects.filter(pk=settlement_id).update(**over)
    return Settlement.objects.get(pk=settlement_id)


def make_dispute(*, branch: Branch) -> Dispute:
    settlement = make_settlement(branch=branch, state="disputed")
    line = settlement.lines.get(number=1)
    return Dispute.objects.create(line=line, reason="客人未到店", raised_at=settlement.drawn_at)
