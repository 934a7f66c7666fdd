"""Whether and how an account can be used: active or not, locked or not, links and second steps."""

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from axes.utils import reset
from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.event import Event
from huiqun.workforce.actions.branches import locked_branch
from huiqun.workforce.actions.people import locked_staff
from huiqun.workforce.events import (
    SecondStepRemoved,
    SignInLinkIssued,
    SignInLockLifted,
    StaffDeactivated,
    StaffReactivated,
)
from huiqun.workforce.rules import BranchClosed, FourEyes, NotActive, check_not_oneself

FOUR_EYES = timedelta(days=2)


@transaction.atomic
def deactivate_staff(*, staff_id: int, by: Staff, now: datetime) -> None:
    """Close an account; open sessions end with their next click. :raises NotFound, OwnAccount"""
    staff = locked_staff(staff_id, by)
    check_not_oneself(staff_id=staff.pk, by_id=by.pk)
    if staff.is_active:
        _set_active(staff, False)
        facts.record(StaffDeactivated(staff_id=staff.pk), at=now, by=by, branch_id=staff.branch_id)


@transaction.atomic
def reactivate_staff(*, staff_id: int, by: Staff, now: datetime) -> None:
    """:raises NotFound, OwnAccount, BranchClosed"""
    staff = locked_staff(staff_id, by)
    check_not_oneself(staff_id=staff.pk, by_id=by.pk)
    if staff.branch_id and not locked_branch(staff.branch_id, by).is_open:
        raise BranchClosed
    if not staff.is_active:
        _set_active(staff, True)
        facts.record(StaffReactivated(staff_id=staff.pk), at=now, by=by, branch_id=staff.branch_id)


@transaction.atomic
def lift_lock(*, staff_id: int, by: Staff, now: datetime) -> None:
    """Forget the wrong passwords of an account. :raises NotFound"""
    staff = locked_staff(staff_id, by)
    if reset(username=staff.username):
        facts.record(SignInLockLifted(staff_id=staff.pk), at=now, by=by, branch_id=staff.branch_id)


@transaction.atomic
def issue_sign_in_link(*, staff_id: int, by: Staff, now: datetime) -> str:
    """The key of a link by which the owner chooses a password, once and within two days; earlier
    links stay good until one of them is used. :raises NotFound, OwnAccount, NotActive, FourEyes"""
    staff = _reachable(staff_id, by)
    _refuse_both(staff, SecondStepRemoved, by=by, now=now)
    facts.record(SignInLinkIssued(staff_id=staff.pk), at=now, by=by, branch_id=staff.branch_id)
    return f"{user_pk_to_url_str(staff)}-{default_token_generator.make_token(staff)}"


@transaction.atomic
def remove_second_step(*, staff_id: int, by: Staff, now: datetime) -> None:
    """Take off a lost phone's authenticator and its recovery codes.
    :raises NotFound, OwnAccount, NotActive, FourEyes"""
    staff = _reachable(staff_id, by)
    _refuse_both(staff, SignInLinkIssued, by=by, now=now)
    removed, _ = Authenticator.objects.filter(user=staff).delete()
    if removed:
        facts.record(SecondStepRemoved(staff_id=staff.pk), at=now, by=by, branch_id=staff.branch_id)


def _reachable(staff_id: int, by: Staff) -> Staff:
    staff = locked_staff(staff_id, by)
    check_not_oneself(staff_id=staff.pk, by_id=by.pk)
    if not staff.is_active:
        raise NotActive
    return staff


def _refuse_both(staff: Staff, other: type[Event], *, by: Staff, now: datetime) -> None:
    """:raises FourEyes when the same administrator took the other step lately and the account has
    a second step that stands between them and it"""
    lately = facts.about("staff", staff.pk).filter(kind=other.kind(), by=by, at__gt=now - FOUR_EYES)
    guarded = other is SecondStepRemoved or Authenticator.objects.filter(user=staff).exists()
    if guarded and lately.exists():
        raise FourEyes


def _set_active(staff: Staff, is_active: bool) -> None:
    Staff.objects.get_queryset().filter(pk=staff.pk).update(is_active=is_active)
