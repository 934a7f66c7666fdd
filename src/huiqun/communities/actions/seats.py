"""Seats: taken by one conditional update, passed on in the order of the line, each once.

The activity's row is locked first, then registrations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from huiqun.communities.events_activities import (
    ActivityAttended,
    ActivitySignedUp,
    PortraitConsentChanged,
    SeatPassedOn,
    SignUpCancelled,
)
from huiqun.communities.models.activities import Activity, Registration
from huiqun.communities.rules.activities import ActivityState, SeatState, check_door, check_open, read_code
from huiqun.communities.rules.activity_refusals import (
    ActivityNotFound,
    AlreadyThere,
    CodeUnknown,
    ConsentNeeded,
    RegistrationNotFound,
    SeatNotTaken,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import covering
from huiqun.lib.refusal import Refusal

HAS_SEAT = (SeatState.TAKEN, SeatState.WAITING, SeatState.ATTENDED)


@dataclass(frozen=True, kw_only=True)
class SignedUp:
    registration_id: int
    state: str
    is_new: bool


@transaction.atomic
def sign_up(
    *, activity_id: int, customer_id: int, branch_path: str, agreed: bool, portrait: bool, now: datetime
) -> SignedUp:
    """A seat, or a place in line when all are taken; a second tap gets what the first got.

    :raises ActivityNotFound, ActivityNotOpen, ConsentNeeded
    """
    activity = Activity.objects.filter(covering(branch_path), pk=activity_id).first()
    if activity is None or activity.state == ActivityState.DRAFT:
        raise ActivityNotFound
    earlier = Registration.objects.filter(activity=activity, customer_id=customer_id).first()
    if earlier and earlier.state in HAS_SEAT:
        return SignedUp(registration_id=earlier.pk, state=earlier.state, is_new=False)
    check_open(state=activity.state, sign_up_until=activity.sign_up_until, now=now)
    if not agreed:
        raise ConsentNeeded
    seated = Activity.objects.take_seat(activity_id)
    if not seated:
        # Under the lock nobody gives a seat back unseen; then only the line is left.
        Activity.objects.select_for_update().get(pk=activity_id)
        seated = Activity.objects.take_seat(activity_id)
    return _registered(activity, customer_id, seated=seated, portrait=portrait, now=now)


def _registered(
    activity: Activity, customer_id: int, *, seated: bool, portrait: bool, now: datetime
) -> SignedUp:
    """The activity's row is locked by whoever comes here."""
    last = Registration.objects.filter(activity=activity).aggregate(last=Max("in_line"))["last"] or 0
    values = {
        "state": SeatState.TAKEN if seated else SeatState.WAITING,
        "in_line": last + 1,
        "signed_at": now,
        "portrait": portrait,
        "portrait_at": now if portrait else None,
    }
    row, is_new = Registration.objects.get_or_create(
        activity=activity, customer_id=customer_id, defaults=values
    )
    if not is_new and row.state in HAS_SEAT:
        # The same person's other tap was faster: its seat stands, this one goes back.
        if seated:
            Activity.objects.filter(pk=activity.pk).update(taken=F("taken") - 1)
        return SignedUp(registration_id=row.pk, state=row.state, is_new=False)
    if not is_new:
        Registration.objects.filter(pk=row.pk).update(**values)
    fact = ActivitySignedUp(
        activity_id=activity.pk,
        registration_id=row.pk,
        customer_id=customer_id,
        waits=not seated,
        portrait=portrait,
    )
    facts.record(fact, at=now, branch_id=activity.branch_id)
    return SignedUp(registration_id=row.pk, state=str(values["state"]), is_new=True)


@transaction.atomic
def cancel_sign_up(*, activity_id: int, customer_id: int, now: datetime) -> None:
    """Give a seat back; the first in line has it at once. Again, nothing changes.

    :raises RegistrationNotFound, AlreadyThere
    """
    activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
    rows = Registration.objects.select_for_update().filter(activity_id=activity_id, customer_id=customer_id)
    row = rows.first()
    if activity is None or row is None:
        raise RegistrationNotFound
    if row.state == SeatState.ATTENDED:
        raise AlreadyThere
    if row.state == SeatState.CANCELLED:
        return
    had_seat = row.state == SeatState.TAKEN
    row.state, row.portrait, row.portrait_at = SeatState.CANCELLED, False, None
    row.save()
    fact = SignUpCancelled(activity_id=activity.pk, registration_id=row.pk, customer_id=customer_id)
    facts.record(fact, at=now, branch_id=activity.branch_id)
    if had_seat:
        Activity.objects.filter(pk=activity.pk).update(taken=F("taken") - 1)
        fill_seats(activity, now=now)


def fill_seats(activity: Activity, *, now: datetime) -> None:
    """Free seats go to those in line, in order. Under the activity's lock, in the caller's transaction."""
    while True:
        line = Registration.objects.filter(activity_id=activity.pk, state=SeatState.WAITING)
        row = line.order_by("in_line", "pk").first()
        if row is None or not Activity.objects.take_seat(activity.pk):
            return
        row.state = SeatState.TAKEN
        row.save(update_fields=("state",))
        fact = SeatPassedOn(activity_id=activity.pk, registration_id=row.pk, customer_id=row.customer_id)
        facts.record(fact, at=now, branch_id=activity.branch_id)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A code that was read at ``at``, perhaps a while ago without a network."""

    code: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ScanAnswer:
    """``refusal`` is None when the person is in, now or before."""

    code: str
    is_new: bool
    refusal: Refusal | None


def check_in_many(*, activity_id: int, scans: Sequence[Scan], by: Staff, now: datetime) -> list[ScanAnswer]:
    """Each by itself: one wrong code holds up none. :raises ActivityNotFound"""
    if not Activity.objects.visible_to(by).filter(pk=activity_id).exists():
        raise ActivityNotFound
    answers = []
    for scan in scans:
        try:
            new = check_in(activity_id=activity_id, code=scan.code, scanned_at=scan.at, by=by, now=now)
            answers.append(ScanAnswer(code=scan.code, is_new=new, refusal=None))
        except Refusal as refusal:
            answers.append(ScanAnswer(code=scan.code, is_new=False, refusal=refusal))
    return answers


@transaction.atomic
def check_in(
    *, activity_id: int, code: str, by: Staff, now: datetime, scanned_at: datetime | None = None
) -> bool:
    """Somebody is at the door; whether that is new. A repeated scan changes nothing.

    :raises ActivityNotFound, CodeUnknown, NotAtTheDoor, SeatNotTaken
    """
    activity = Activity.objects.visible_to(by).filter(pk=activity_id).first()
    if activity is None:
        raise ActivityNotFound
    registration_id = read_code(code, activity_id=activity_id, key=settings.HUIQUN_INDEX_KEY)
    at = min(scanned_at or now, now)
    check_door(state=activity.state, starts_at=activity.starts_at, ends_at=activity.ends_at, now=at)
    rows = Registration.objects.filter(pk=registration_id, activity=activity)
    came = rows.filter(state=SeatState.TAKEN).update(state=SeatState.ATTENDED, came_at=at, checked_by=by)
    row = rows.first()
    if row is None:
        raise CodeUnknown
    if not came:
        if row.state != SeatState.ATTENDED:
            raise SeatNotTaken
        return False
    fact = ActivityAttended(
        activity_id=activity.pk,
        registration_id=row.pk,
        customer_id=row.customer_id,
        scanned_at=at.isoformat(),
    )
    facts.record(fact, at=now, by=by, branch_id=activity.branch_id)
    return True


@transaction.atomic
def change_portrait_consent(*, activity_id: int, customer_id: int, given: bool, now: datetime) -> None:
    """Agree to pictures or take it back, at any time. :raises RegistrationNotFound"""
    row = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("activity")
        .filter(activity_id=activity_id, customer_id=customer_id)
        .first()
    )
    if row is None:
        raise RegistrationNotFound
    if row.portrait == given:
        return
    row.portrait, row.portrait_at = given, now if given else None
    row.save(update_fields=("portrait", "portrait_at"))
    fact = PortraitConsentChanged(
        activity_id=activity_id, registration_id=row.pk, customer_id=customer_id, given=given
    )
    facts.record(fact, at=now, branch_id=row.activity.branch_id)
