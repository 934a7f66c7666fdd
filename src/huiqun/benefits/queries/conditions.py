"""What customers have still to reach for benefits, and how far they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from huiqun.audiences import queries as audiences
from huiqun.audiences.queries import LeafProgress
from huiqun.benefits.models import Benefit, Claim
from huiqun.customers import queries as customers
from huiqun.foundation.scope import covering
from huiqun.lib import money
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class Step:
    """One condition: ``words`` say what is asked, or what is missing; ``percent`` is None where there is no amount."""

    words: str
    missing: str
    met: bool
    percent: int | None


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A benefit to unlock. ``given`` says that it comes by itself, the night after it is reached."""

    benefit_id: int
    name: str
    item: str
    subject: str
    met: bool
    taken: bool
    given: bool
    percent: int
    left: int
    claim_end_at: datetime
    steps: tuple[Step, ...]


def tiers_of(*, customer_id: int, now: datetime) -> list[Tier]:
    """Open benefits with conditions for the customer's branch, those of one campaign in the order of its tiers."""
    return list(_tiers(customer_id, now))


def _tiers(customer_id: int, now: datetime) -> Iterator[Tier]:
    path = customers.branch_path(customer_id=customer_id)
    open_ = Benefit.objects.exclude(conditions={}).exclude(frozen_digest="")
    rows = open_.filter(covering(path), claim_start_at__lte=now, claim_end_at__gt=now)
    taken = set(
        Claim.objects.filter(customer_id=customer_id, benefit__in=rows).values_list("benefit", flat=True)
    )
    for row in rows.order_by("subject", "place", "pk"):
        yield _tier(row, customer_id, row.pk in taken, now)


def _tier(row: Benefit, customer_id: int, taken: bool, now: datetime) -> Tier:
    found = audiences.progress(rule=row.conditions, customer_id=customer_id, today=local_date(now))
    return Tier(
        benefit_id=row.pk,
        name=row.name,
        item=row.item,
        subject=row.subject,
        met=found.met,
        taken=taken,
        given=row.way == "grant",
        percent=int(found.share * 100),
        left=row.left,
        claim_end_at=row.claim_end_at,
        steps=tuple(step_of(leaf) for leaf in found.leaves),
    )


def step_of(leaf: LeafProgress) -> Step:
    return Step(
        words=leaf.words,
        missing="" if leaf.met else words_of(leaf),
        met=leaf.met,
        percent=100 if leaf.met else None if leaf.share is None else int(leaf.share * 100),
    )


def words_of(leaf: LeafProgress) -> str:
    """What is missing, as a person says it: "10,000 yuan more: …"."""
    if leaf.met or leaf.missing is None:
        return leaf.words
    if leaf.is_money:
        return gettext("%(amount)s yuan more of: %(name)s") % {
            "amount": _yuan(leaf.missing),
            "name": leaf.name,
        }
    return gettext("%(number)s more of: %(name)s") % {"number": _plain(leaf.missing), "name": leaf.name}


def _yuan(fen: Any) -> str:
    return money.yuan(int(fen)).removesuffix(".00")


def _plain(number: Any) -> str:
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
