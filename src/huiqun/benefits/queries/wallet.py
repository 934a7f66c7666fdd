"""What a customer has, may claim and has used, as the customer sees it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from huiqun.benefits.models import Benefit, BenefitPicture, Claim
from huiqun.benefits.queries.plain import plain_terms
from huiqun.benefits.queries.stock import partner_codes
from huiqun.benefits.rules import ClaimState, Codes, Way
from huiqun.benefits.rules.life import REMIND_DAYS
from huiqun.benefits.rules.refusals_life import ClaimNotFound
from huiqun.benefits.rules.states import PASSED_ON, USABLE
from huiqun.customers import queries as customers
from huiqun.lib.days import local_date

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece in the wallet. ``days_left`` counts today as 0."""

    claim: Claim
    last_day: date
    days_left: int

    @property
    def is_expiring(self) -> bool:
        return self.claim.state in USABLE and 0 <= self.days_left <= REMIND_DAYS


@dataclass(frozen=True, kw_only=True)
class Wallet:
    expiring: list[Piece]
    mine: list[Piece]
    past: list[Piece]

    @property
    def is_empty(self) -> bool:
        return not (self.expiring or self.mine or self.past)


@dataclass(frozen=True, kw_only=True)
class OpenPiece:
    """One piece opened: ``code`` is what is shown to use it, the partner's where there is one."""

    piece: Piece
    code: str
    partner_code: str
    terms: list[tuple[str, str]]
    may_pass_on: bool
    may_return: bool
    appeal: Any


def wallet(customer_id: int, *, now: datetime) -> Wallet:
    rows = Claim.objects.filter(customer_id=customer_id).select_related("benefit").order_by("-id")
    pieces = [
        _piece(row, local_date(now)) for row in rows.filter(state__in=(*USABLE, ClaimState.HELD))[:MOST]
    ]
    past = [_piece(row, local_date(now)) for row in rows.exclude(state__in=(*USABLE, ClaimState.HELD))[:MOST]]
    alive = [each for each in pieces if each.days_left >= 0]
    return Wallet(
        expiring=sorted((each for each in alive if each.is_expiring), key=lambda each: each.last_day),
        mine=[each for each in alive if not each.is_expiring],
        past=[each for each in pieces if each.days_left < 0] + past,
    )


def _piece(row: Claim, today: date) -> Piece:
    last_day = row.expires_on or row.benefit.use_last_date
    return Piece(claim=row, last_day=last_day, days_left=(last_day - today).days)


def open_piece(claim_id: int, customer_id: int, *, now: datetime) -> OpenPiece:
    """:raises ClaimNotFound for anybody else's"""
    row: Claim | None = (
        Claim.objects.select_related("benefit").filter(pk=claim_id, customer_id=customer_id).first()
    )
    if row is None:
        raise ClaimNotFound()
    piece = _piece(row, local_date(now))
    is_ready = row.state == ClaimState.CLAIMED and piece.days_left >= 0
    pooled = partner_codes([claim_id]) if row.benefit.codes == Codes.POOL and row.state != "granted" else {}
    passed = row.because.startswith(PASSED_ON)
    return OpenPiece(
        piece=piece,
        code=row.code,
        partner_code=pooled.get(claim_id, ""),
        terms=plain_terms(row.benefit.as_terms),
        may_pass_on=is_ready and row.benefit.transferable and not passed,
        may_return=is_ready and not passed,
        appeal=getattr(row, "appeal", None),
    )


def open_offers(customer_id: int, *, now: datetime) -> list[Benefit]:
    """What this customer may claim by one tap without a campaign's link: approved offers of the own branch and of
    those above it, of which there are some left and none is claimed yet."""
    paths = customers.branch_paths_of(customer_id)
    rows = Benefit.objects.filter(subject="", way=Way.CLAIM, branch__path__in=paths)
    rows = rows.exclude(frozen_digest="").filter(claim_start_at__lte=now, claim_end_at__gt=now)
    rows = rows.filter(claimed__lt=F("quantity"))
    mine = Claim.objects.filter(customer_id=customer_id, because="").values("benefit_id")
    found = rows.exclude(pk__in=mine).order_by("claim_end_at", "pk")
    return list(found[:MOST])


def offer_for(benefit_id: int, customer_id: int) -> Benefit:
    """An offer that this customer may open; claimed, ended or sold out ones too. :raises ClaimNotFound"""
    paths = customers.branch_paths_of(customer_id)
    rows = Benefit.objects.filter(pk=benefit_id, subject="").exclude(frozen_digest="")
    found: Benefit | None = rows.filter(branch__path__in=paths).first()
    if found is None:
        raise ClaimNotFound()
    return found


def expiring_count(customer_id: int, *, now: datetime) -> int:
    """How many pieces end within three days."""
    today = local_date(now)
    rows = Claim.objects.filter(customer_id=customer_id, state__in=USABLE)
    last = today + timedelta(days=REMIND_DAYS)
    return rows.filter(
        Q(expires_on__range=(today, last)) | Q(expires_on=None, benefit__use_last_date__range=(today, last))
    ).count()


def picture(digest: str) -> bytes | None:
    found = BenefitPicture.objects.filter(digest=digest).values_list("content", flat=True).first()
    return bytes(found) if found is not None else None


def claimed_before(benefit_id: int, customer_id: int) -> int | None:
    """The piece that a second tap would be answered with."""
    rows = Claim.objects.filter(benefit_id=benefit_id, customer_id=customer_id, because="")
    return rows.values_list("pk", flat=True).first()
