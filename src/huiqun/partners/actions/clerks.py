"""Clerks: invited by the bank, shut out at once."""

import secrets
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.partners.actions.register import own_partner
from huiqun.partners.events import ClerkInvited, ClerkShutOut
from huiqun.partners.models import Clerk, ClerkSession
from huiqun.partners.rules import ClerkRole
from huiqun.partners.rules.clerks import INVITED_FOR, is_login
from huiqun.partners.rules.refusals import (
    ClerkIncomplete,
    LoginTaken,
    PartnerNotActive,
    PartnerNotFound,
)

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@transaction.atomic
def invite_clerk(
    *, partner_id: int, shop: str, name: str, login: str, role: str, by: Staff, now: datetime
) -> tuple[int, str]:
    """The clerk's id, and a first password that is told once, must be changed, and ends unused in three days.

    :raises PartnerNotFound, PartnerNotActive, ClerkIncomplete, LoginTaken
    """
    partner = own_partner(partner_id, by)
    if not partner.is_active:
        raise PartnerNotActive()
    login = login.strip().lower()
    if not shop.strip() or not name.strip() or not is_login(login) or role not in set(ClerkRole):
        raise ClerkIncomplete()
    if Clerk.objects.filter(login=login).exists():
        raise LoginTaken()
    clerk = Clerk(partner=partner, shop=shop.strip(), name=name.strip(), login=login, role=role)
    return _invite(clerk, by=by, now=now)


@transaction.atomic
def invite_again(*, clerk_id: int, by: Staff, now: datetime) -> tuple[int, str]:
    """A new first password, also for a clerk who was shut out; whoever is signed in is signed out.

    :raises PartnerNotFound, PartnerNotActive
    """
    clerk = _own(clerk_id, by)
    if not clerk.partner.is_active:
        raise PartnerNotActive()
    ClerkSession.objects.filter(clerk=clerk, ended_at=None).update(ended_at=now)
    return _invite(clerk, by=by, now=now)


def _invite(clerk: Clerk, *, by: Staff, now: datetime) -> tuple[int, str]:
    first = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    clerk.password, clerk.must_change, clerk.is_active = make_password(first), True, True
    clerk.invited_until, clerk.tries, clerk.tried_at = now + INVITED_FOR, 0, None
    clerk.save()
    event = ClerkInvited(
        partner_id=clerk.partner_id, clerk_id=clerk.pk, is_manager=clerk.role == ClerkRole.MANAGER
    )
    facts.record(event, at=now, by=by, branch_id=clerk.partner.branch_id)
    return int(clerk.pk), first


@transaction.atomic
def shut_out_clerk(*, clerk_id: int, by: Staff, now: datetime) -> int:
    """Nothing is confirmed by this clerk once this has committed; the partner's id. :raises PartnerNotFound"""
    clerk = _own(clerk_id, by)
    if clerk.is_active:
        clerk.is_active = False
        clerk.save(update_fields=("is_active",))
        ended = ClerkSession.objects.filter(clerk=clerk, ended_at=None).update(ended_at=now)
        event = ClerkShutOut(partner_id=clerk.partner_id, clerk_id=clerk_id, sessions=ended)
        facts.record(event, at=now, by=by, branch_id=clerk.partner.branch_id)
    return int(clerk.partner_id)


def _own(clerk_id: int, by: Staff) -> Clerk:
    """The partner's row is locked first, then the clerk's."""
    partner_id = Clerk.objects.filter(pk=clerk_id).values_list("partner", flat=True).first()
    if partner_id is None:
        raise PartnerNotFound()
    partner = own_partner(partner_id, by)
    clerk: Clerk = Clerk.objects.select_for_update().get(pk=clerk_id)
    clerk.partner = partner
    return clerk
