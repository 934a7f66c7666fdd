"""A clerk comes to the counter: a login and a password, a session that ends."""

import secrets
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from huiqun.foundation import facts
from huiqun.partners.events import ClerkLocked, ClerkSignedIn
from huiqun.partners.models import Clerk, ClerkSession
from huiqun.partners.queries.clerks import session_digest, session_of
from huiqun.partners.rules import PartnerState
from huiqun.partners.rules.clerks import IDLE, LONGEST, MOST_TRIES, REST
from huiqun.partners.rules.refusals import PasswordWeak, SignInWrong


def sign_in(*, login: str, password: str, now: datetime) -> str:
    """The secret of a new session. A try is counted by one statement before it is looked at, so that tries at once
    each cost one; unknown logins take as long as known ones. :raises SignInWrong"""
    clerk = Clerk.objects.select_related("partner").filter(login=login.strip().lower()).first()
    if clerk is None:
        check_password(password, _nobodys())
        raise SignInWrong()
    counted = _count_try(clerk.pk, now)
    right = check_password(password, clerk.password)
    if not counted or not right or not _may_enter(clerk, now):
        _tell_if_locked(clerk, now)
        raise SignInWrong()
    return _open(clerk.pk, now)


@cache
def _nobodys() -> str:
    return make_password(secrets.token_hex(8))


def _count_try(clerk_id: int, now: datetime) -> int:
    rested = Q(tried_at=None) | Q(tried_at__lte=now - REST)
    tries = Case(When(rested, then=Value(1)), default=F("tries") + 1)
    return int(
        Clerk.objects.filter(rested | Q(tries__lt=MOST_TRIES), pk=clerk_id).update(tries=tries, tried_at=now)
    )


def _may_enter(clerk: Clerk, now: datetime) -> bool:
    invited = clerk.invited_until is None or now < clerk.invited_until
    return bool(clerk.is_active and clerk.partner.state == PartnerState.ACTIVE and invited)


@transaction.atomic
def _tell_if_locked(clerk: Clerk, now: datetime) -> None:
    """Once for each lock: the row says since when."""
    if Clerk.objects.filter(pk=clerk.pk, tries=MOST_TRIES).exists() and not _told(clerk.pk, now):
        event = ClerkLocked(partner_id=clerk.partner_id, clerk_id=clerk.pk)
        facts.record(event, at=now, branch_id=clerk.partner.branch_id)


def _told(clerk_id: int, now: datetime) -> bool:
    told = facts.about("partner", Clerk.objects.get(pk=clerk_id).partner_id)
    told = told.filter(kind=ClerkLocked.kind(), at__gt=now - REST, body__clerk_id=clerk_id)
    return bool(told.exists())


@transaction.atomic
def _open(clerk_id: int, now: datetime) -> str:
    """Judged again under the row's lock: whoever was shut out meanwhile stays out. :raises SignInWrong"""
    clerk = Clerk.objects.select_for_update(of=("self",)).select_related("partner").get(pk=clerk_id)
    if not _may_enter(clerk, now):
        raise SignInWrong()
    clerk.tries, clerk.tried_at, clerk.last_seen_at = 0, None, now
    clerk.save(update_fields=("tries", "tried_at", "last_seen_at"))
    secret = secrets.token_urlsafe(32)
    ClerkSession.objects.create(
        clerk=clerk, digest=session_digest(secret), opened_at=now, until_at=now + IDLE
    )
    event = ClerkSignedIn(partner_id=clerk.partner_id, clerk_id=clerk_id)
    facts.record(event, at=now, branch_id=clerk.partner.branch_id)
    return secret


def keep_alive(*, secret: str, now: datetime) -> None:
    """A session goes on while it is used, half a day at most; written at most every quarter of an hour."""
    session = session_of(secret=secret, now=now)
    if session is None:
        return
    longest = session.opened_at + LONGEST
    if session.until_at - now < IDLE / 2 and session.until_at < longest:
        rows = ClerkSession.objects.filter(pk=session.pk, ended_at=None)
        rows.update(until_at=min(now + IDLE, longest))


def sign_out(*, secret: str, now: datetime) -> None:
    ClerkSession.objects.filter(digest=session_digest(secret), ended_at=None).update(ended_at=now)


@transaction.atomic
def change_password(*, clerk_id: int, secret: str, password: str, now: datetime) -> None:
    """One's own. Other sessions of the clerk end. :raises PasswordWeak"""
    clerk = Clerk.objects.select_for_update().get(pk=clerk_id)
    try:
        validate_password(password)
    except ValidationError:
        raise PasswordWeak() from None
    if len(password) < 10 or check_password(password, clerk.password) or clerk.login in password.lower():
        raise PasswordWeak()
    clerk.password, clerk.must_change, clerk.invited_until = make_password(password), False, None
    clerk.save(update_fields=("password", "must_change", "invited_until"))
    others = ClerkSession.objects.filter(clerk=clerk, ended_at=None).exclude(digest=session_digest(secret))
    others.update(ended_at=now)


def sweep_sessions(*, now: datetime) -> int:
    """Sessions that ended more than a month ago; who confirmed what stays with the uses."""
    return int(ClerkSession.objects.filter(until_at__lt=now - REST * 4 * 24 * 30).delete()[0])
