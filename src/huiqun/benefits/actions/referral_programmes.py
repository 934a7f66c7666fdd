"""Referral programmes, personal links and invitations."""

import re
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from huiqun.benefits.actions.pieces import digest_of
from huiqun.benefits.events import (
    ReferralProgrammeEnded,
    ReferralProgrammeOpened,
    ReferralProgrammePlanned,
)
from huiqun.benefits.models import Benefit, Invitation, ReferralLink, ReferralProgramme
from huiqun.benefits.rules import Way
from huiqun.benefits.rules.referral import (
    InviteNotFound,
    InvitesTooMany,
    NumberWrong,
    OwnProgramme,
    ProgrammeClosed,
    ProgrammeNotFound,
    ProgrammeOpened,
    ProgrammeTerms,
    RewardsNotReady,
    check_programme,
)
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import covering
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date

NUMBER = re.compile(r"1\d{10}")
INVITES_A_DAY = 50
"""Under one link: nobody may write whole lists of numbers down as theirs."""
INVITE = """
INSERT INTO benefits_invitation AS old (programme_id, link_id, phone_mark, device, invited_at)
VALUES (%(programme)s, %(link)s, %(mark)s, %(device)s, %(now)s)
ON CONFLICT (programme_id, phone_mark) DO UPDATE
   SET link_id = excluded.link_id, device = excluded.device, invited_at = excluded.invited_at
 WHERE old.invited_at <= %(lapsed)s
"""


@transaction.atomic
def plan_referral(*, terms: ProgrammeTerms, by: Staff, now: datetime) -> int:
    """:raises ProgrammeWrong, RewardsNotReady, ProgrammeNotFound"""
    check_programme(terms)
    if by.branch_id is None:
        raise ProgrammeNotFound()
    wanted = {terms.referrer_benefit_id, terms.referee_benefit_id}
    ready = Benefit.objects.visible_to(by).filter(pk__in=wanted, way=Way.GRANT)
    if ready.exclude(frozen_digest="").count() != len(wanted):
        raise RewardsNotReady()
    row = ReferralProgramme.objects.create(**asdict(terms), branch_id=by.branch_id, made_by=by, made_at=now)
    event = ReferralProgrammePlanned(programme_id=row.pk, terms_digest=digest(_plain(terms)))
    facts.record(event, at=now, by=by, branch_id=by.branch_id)
    return int(row.pk)


def _plain(terms: ProgrammeTerms) -> dict[str, object]:
    return {name: str(value) for name, value in asdict(terms).items()}


@transaction.atomic
def open_referral(*, programme_id: int, by: Staff, now: datetime) -> None:
    """:raises ProgrammeNotFound, ProgrammeOpened, OwnProgramme"""
    row = _locked(programme_id, by)
    if row.opened_at:
        raise ProgrammeOpened()
    if row.made_by_id == by.pk:
        raise OwnProgramme()
    row.opened_by, row.opened_at = by, now
    row.save(update_fields=["opened_by", "opened_at"])
    facts.record(ReferralProgrammeOpened(programme_id=row.pk), at=now, by=by, branch_id=row.branch_id)


@transaction.atomic
def end_referral(*, programme_id: int, by: Staff, now: datetime) -> None:
    """No more invitations; those that were made still count. :raises ProgrammeNotFound, ProgrammeClosed"""
    row = _locked(programme_id, by)
    if not row.opened_at or row.ended_at:
        raise ProgrammeClosed()
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    facts.record(ReferralProgrammeEnded(programme_id=row.pk), at=now, by=by, branch_id=row.branch_id)


def referral_link(*, programme_id: int, customer_id: int, now: datetime, device: str = "") -> str:
    """The customer's own token, the same each time. :raises ProgrammeClosed"""
    covers = covering(customers.branch_path(customer_id=customer_id))
    programme = ReferralProgramme.objects.filter(covers, pk=programme_id).first()
    if programme is None or not is_open(programme, now):
        raise ProgrammeClosed()
    known = digest_of(device, "device")
    link, _new = ReferralLink.objects.get_or_create(
        programme=programme,
        customer_id=customer_id,
        defaults={"token": secrets.token_urlsafe(12), "made_at": now, "device": known},
    )
    if known and not link.device:
        ReferralLink.objects.filter(pk=link.pk, device="").update(device=known)
    return str(link.token)


@transaction.atomic
def accept_invitation(*, token: str, phone: str, device: str, now: datetime) -> None:
    """Somebody wants to be counted as invited by this link. Says nothing of whether the number is known: the first
    link within its window holds. :raises InviteNotFound, ProgrammeClosed, NumberWrong, InvitesTooMany"""
    link = ReferralLink.objects.select_related("programme").filter(token=token[:24]).first()
    if link is None:
        raise InviteNotFound()
    if not is_open(link.programme, now):
        raise ProgrammeClosed()
    number = phone.replace(" ", "").removeprefix("+86")
    if not NUMBER.fullmatch(number):
        raise NumberWrong()
    lately = Invitation.objects.filter(link=link, invited_at__gt=now - timedelta(days=1))
    if lately.count() >= INVITES_A_DAY:
        raise InvitesTooMany()
    values = {
        "programme": link.programme_id,
        "link": link.pk,
        "mark": customers.phone_mark(number),
        "device": digest_of(device, "device"),
        "now": now,
        "lapsed": now - timedelta(days=link.programme.window_days),
    }
    with connection.cursor() as cursor:
        cursor.execute(INVITE, values)


def is_open(programme: ReferralProgramme, now: datetime) -> bool:
    if not programme.opened_at or programme.ended_at:
        return False
    return bool(programme.first_day <= local_date(now) <= programme.last_day)


def _locked(programme_id: int, by: Staff) -> ReferralProgramme:
    rows = ReferralProgramme.objects.visible_to(by).select_for_update(of=("self",))
    row: ReferralProgramme | None = rows.filter(pk=programme_id).first()
    if row is None:
        raise ProgrammeNotFound()
    return row
