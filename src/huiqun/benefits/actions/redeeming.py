"""Using a piece at a partner's: by a clerk or a program, once, however often it is confirmed."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from huiqun.benefits.actions.using import Used, use_claim
from huiqun.benefits.events_settling import PieceRedeemed
from huiqun.benefits.models.settlements import Redemption
from huiqun.benefits.queries.finding import claim_by_code
from huiqun.benefits.rules.refusals_settling import UseKeyMissing, UseKeyTaken
from huiqun.foundation import facts
from huiqun.partners import queries as partners

_KEY = re.compile(r"[A-Za-z0-9_-]{8,100}")


@dataclass(frozen=True, kw_only=True)
class Redeemed:
    """``is_first``: this confirmation used the piece, also when it is told again. Otherwise it had been used before, at
    ``used_at`` in ``shop``, and nothing is to be handed out."""

    claim_id: int
    benefit_id: int
    used_at: datetime
    shop: str
    is_first: bool


def redeem(
    *,
    code: str,
    key: str,
    partner_id: int,
    now: datetime,
    clerk_id: int | None = None,
    api_key_id: int | None = None,
    document: str = "",
) -> Redeemed:
    """Use the partner's piece that bears ``code``. ``key`` was made where it is confirmed: the same one again, from a
    bad network or an impatient finger, gets the first answer.

    :raises UseKeyMissing, UseKeyTaken, ClaimNotFound for another partner's, partners' ClerkGone, and what use_claim raises
    """
    if not _KEY.fullmatch(key):
        raise UseKeyMissing()
    try:
        with transaction.atomic():
            return _redeem(code, key, partner_id, clerk_id, api_key_id, document, now)
    except IntegrityError as taken:
        # The same key, at the same moment, for another piece: that one was faster.
        if Redemption.objects.filter(partner=partner_id, key=key).exists():
            raise UseKeyTaken() from taken
        raise


def _redeem(
    code: str,
    key: str,
    partner_id: int,
    clerk_id: int | None,
    api_key_id: int | None,
    document: str,
    now: datetime,
) -> Redeemed:
    shop = _hold(partner_id, clerk_id)
    if earlier := Redemption.objects.filter(partner=partner_id, key=key).first():
        if earlier.claim_id != claim_by_code(code):
            raise UseKeyTaken()
        return _told(earlier, key)
    used = use_claim(
        code=code, place=f"partner:{partner_id}", document=document, partner_id=partner_id, now=now
    )
    if not used.is_new:
        return _before(used, key)
    row = Redemption.objects.create(
        claim_id=used.claim_id,
        partner_id=partner_id,
        clerk_id=clerk_id,
        api_key_id=api_key_id,
        shop=shop,
        key=key,
        at=now,
    )
    event = PieceRedeemed(
        benefit_id=used.benefit_id,
        claim_id=used.claim_id,
        partner_id=partner_id,
        clerk_id=clerk_id,
        api_key_id=api_key_id,
    )
    facts.record(event, at=now, branch_id=partners.branch_of(partner_id))
    return _told(row, key, used.benefit_id)


def _hold(partner_id: int, clerk_id: int | None) -> str:
    if clerk_id is None:
        partners.hold_partner(partner_id)
        return ""
    return partners.hold_clerk(clerk_id=clerk_id, partner_id=partner_id)


def _before(used: Used, key: str) -> Redeemed:
    """By whatever door it was used before; perhaps by this very confirmation, a moment ago."""
    if row := Redemption.objects.filter(claim=used.claim_id).first():
        return _told(row, key, used.benefit_id)
    return Redeemed(
        claim_id=used.claim_id, benefit_id=used.benefit_id, used_at=used.used_at, shop="", is_first=False
    )


def _told(row: Redemption, key: str, benefit_id: int | None = None) -> Redeemed:
    return Redeemed(
        claim_id=row.claim_id,
        benefit_id=benefit_id or row.claim.benefit_id,
        used_at=row.at,
        shop=row.shop,
        is_first=row.key == key,
    )
