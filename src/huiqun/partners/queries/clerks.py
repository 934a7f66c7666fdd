"""Who is at the counter."""

from datetime import datetime

from huiqun.foundation.counter import AtCounter
from huiqun.foundation.secrets import keyed_digest
from huiqun.partners.models import Clerk, ClerkSession, Partner
from huiqun.partners.rules import ClerkRole, PartnerState
from huiqun.partners.rules.refusals import ClerkGone


def session_digest(secret: str) -> str:
    return keyed_digest("partners.session", secret)


def session_of(*, secret: str, now: datetime) -> ClerkSession | None:
    found: ClerkSession | None = (
        ClerkSession.objects.select_related("clerk__partner")
        .filter(
            digest=session_digest(secret),
            ended_at=None,
            until_at__gt=now,
            clerk__is_active=True,
            clerk__partner__state=PartnerState.ACTIVE,
        )
        .first()
    )
    return found


def at_counter(*, secret: str, now: datetime) -> AtCounter | None:
    """Whose session it is: an active clerk's of an active partner."""
    session = session_of(secret=secret, now=now)
    if session is None:
        return None
    clerk = session.clerk
    return AtCounter(
        clerk_id=clerk.pk,
        partner_id=clerk.partner_id,
        partner=clerk.partner.name,
        shop=clerk.shop,
        is_manager=clerk.role == ClerkRole.MANAGER,
        must_change=clerk.must_change,
    )


def hold_clerk(*, clerk_id: int, partner_id: int) -> str:
    """Lock partner and clerk FOR SHARE, so that no use is confirmed after either was shut out; the shop.

    Part of the caller's transaction. :raises ClerkGone
    """
    hold_partner(partner_id)
    rows = Clerk.objects.raw(
        "SELECT * FROM partners_clerk WHERE id = %s AND partner_id = %s FOR SHARE", [clerk_id, partner_id]
    )
    shop = next((each.shop for each in rows if each.is_active), None)
    if shop is None:
        raise ClerkGone()
    return str(shop)


def hold_partner(partner_id: int) -> None:
    """:raises ClerkGone unless it is active"""
    rows = Partner.objects.raw("SELECT * FROM partners_partner WHERE id = %s FOR SHARE", [partner_id])
    if not any(each.is_active for each in rows):
        raise ClerkGone()


def shops(clerk_ids: list[int]) -> dict[int, str]:
    return dict(Clerk.objects.filter(pk__in=clerk_ids).values_list("pk", "shop"))
