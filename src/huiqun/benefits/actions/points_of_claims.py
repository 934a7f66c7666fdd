"""What a claim moves in the points ledger: its price is paid, points that it holds are given, both undone with it."""

from datetime import datetime

from django.db import transaction

from huiqun.benefits.actions.points import give_points, locked_lots, refund_points, spend_points
from huiqun.benefits.actions.points_posting import post_lots
from huiqun.benefits.models import PointsMovement
from huiqun.benefits.rules import BenefitKind, BenefitTerms, ClaimRequest, Way, usable_until
from huiqun.benefits.rules.points import ISSUED, MovementKind, take_first_expiring
from huiqun.lib.days import local_date


def moves_points(terms: BenefitTerms) -> bool:
    """Whether a piece costs or holds points."""
    return bool(pays(terms) or gives(terms))


def pays(terms: BenefitTerms) -> int:
    return terms.points_price if terms.way == Way.POINTS else 0


def gives(terms: BenefitTerms) -> int:
    return terms.points_given if terms.kind == BenefitKind.POINTS else 0


def move_points_of_claim(request: ClaimRequest) -> None:
    """Pay the price in points, and give what a piece of points holds. :raises NotEnoughPoints"""
    terms, now = request.terms, request.now
    if price := pays(terms):
        spend_points(
            customer_id=request.customer_id, points=price, source=paid_by(request.claim_id), now=now,
            on=terms.kind, title=terms.name,
        )  # fmt: skip
    if points := gives(terms):
        give_points(
            customer_id=request.customer_id, points=points, source=given_by(request.claim_id), now=now,
            expires_on=usable_until(terms, now), title=terms.name,
        )  # fmt: skip


def undo_points_of_claim(request: ClaimRequest) -> None:
    """Give back what was paid, and take back what was given; repeating it changes nothing.

    :raises NotEnoughPoints when what was given has been spent: such a piece stays with the customer
    """
    paid, given = paid_by(request.claim_id), given_by(request.claim_id)
    if PointsMovement.objects.filter(source=paid).exists():
        refund_points(of=paid, source=f"refund:{paid}", now=request.now)
    movement = PointsMovement.objects.filter(source=given).first()
    if movement is not None:
        take_back(movement, source=f"undo:{given}", now=request.now)


@transaction.atomic
def take_back(given: PointsMovement, *, source: str, now: datetime) -> None:
    """Take as many points as were given, those that expire first. :raises NotEnoughPoints"""
    held = locked_lots(given.customer_id, from_day=local_date(now))
    if PointsMovement.objects.filter(source=source).exists():
        return
    post_lots(
        customer_id=given.customer_id, kind=MovementKind.ADJUST, source=source, title=given.title,
        lots=take_first_expiring(held, given.points), sign=-1, account=ISSUED, now=now,
    )  # fmt: skip


def paid_by(claim_id: int) -> str:
    return f"claim:{claim_id}"


def given_by(claim_id: int) -> str:
    return f"claim:{claim_id}:given"
