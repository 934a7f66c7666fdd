"""Activities: planned, reviewed, opened, cancelled. The activity's row is locked before its registrations, always."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.urls import reverse

from huiqun.communities.actions.seats import fill_seats
from huiqun.communities.events_activities import (
    ActivityCancelled,
    ActivityOpened,
    ActivityReminded,
    ActivityReturned,
    ActivitySaved,
    ActivitySubmitted,
)
from huiqun.communities.models.activities import Activity, Registration
from huiqun.communities.rules.activities import REMIND_BEFORE, ActivityState, SeatState, check_terms
from huiqun.communities.rules.activity_refusals import (
    ActivityFrozen,
    ActivityIncomplete,
    ActivityNotFound,
    ActivityOwnWork,
    ActivityUnlawful,
    SeatsTaken,
)
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts, notices
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

REMINDED = ActivityReminded.kind()


@dataclass(frozen=True, kw_only=True)
class ActivityTerms:
    kind: str
    title: str
    words: str
    place: str
    link: str
    data_use: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int


@transaction.atomic
def save_activity(*, activity_id: int | None, terms: ActivityTerms, by: Staff, now: datetime) -> int:
    """Plan or change an activity; its id. Other words take an open one back to a draft: nobody signs up until it is
    approved again. More seats go to those in line at once.

    :raises ActivityNotFound, ActivityIncomplete, ActivityFrozen, SeatsTaken
    """
    named = asdict(terms)
    check_terms(**{name: value for name, value in named.items() if name not in ("kind", "data_use")})
    if activity_id is None:
        if by.branch_id is None:
            raise ActivityNotFound
        activity = Activity(branch_id=by.branch_id, made_by=by, made_at=now)
    else:
        activity = _locked(activity_id, by)
        if activity.state in (ActivityState.IN_REVIEW, ActivityState.CANCELLED):
            raise ActivityFrozen
        if terms.capacity < activity.taken:
            raise SeatsTaken(taken=activity.taken)
    for name, value in named.items():
        setattr(activity, name, value)
    if activity.state == ActivityState.OPEN and activity.own_digest() != activity.digest:
        activity.state, activity.digest, activity.decided_by = ActivityState.DRAFT, "", None
    activity.authors = sorted({*activity.authors, by.pk})
    activity.save()
    fact = ActivitySaved(activity_id=activity.pk, capacity=activity.capacity)
    facts.record(fact, at=now, by=by, branch_id=activity.branch_id)
    fill_seats(activity, now=now)
    return activity.pk


@transaction.atomic
def submit_activity(*, activity_id: int, by: Staff, now: datetime) -> None:
    """Freeze it with what the rulebook finds, for compliance review.

    :raises ActivityNotFound, ActivityFrozen, ActivityUnlawful
    """
    activity = _in_state(activity_id, by, ActivityState.DRAFT)
    activity.findings = _findings(f"{activity.title}\n{activity.words}", now)
    activity.state, activity.digest = ActivityState.IN_REVIEW, activity.own_digest()
    activity.save()
    fact = ActivitySubmitted(activity_id=activity.pk, digest=activity.digest, findings=len(activity.findings))
    facts.record(fact, at=now, by=by, branch_id=activity.branch_id)


@transaction.atomic
def decide_activity(*, activity_id: int, approve: bool, seen: str, by: Staff, now: datetime) -> None:
    """Open it, or give it back, on the digest that the page showed.

    :raises ActivityNotFound, ActivityFrozen, ActivityOwnWork
    """
    activity = _in_state(activity_id, by, ActivityState.IN_REVIEW)
    if by.pk in activity.authors:
        raise ActivityOwnWork
    if seen != activity.digest:
        raise ActivityFrozen
    fact: ActivityOpened | ActivityReturned
    if approve:
        activity.state, activity.decided_by = ActivityState.OPEN, by
        fact = ActivityOpened(activity_id=activity.pk, digest=seen)
    else:
        activity.state, activity.digest = ActivityState.DRAFT, ""
        fact = ActivityReturned(activity_id=activity.pk)
    activity.save()
    facts.record(fact, at=now, by=by, branch_id=activity.branch_id)
    if approve:
        fill_seats(activity, now=now)  # what came free while it was under review


@transaction.atomic
def cancel_activity(*, activity_id: int, reason: str, by: Staff, now: datetime) -> None:
    """:raises ActivityNotFound, ActivityFrozen, ActivityIncomplete without a reason"""
    activity = _locked(activity_id, by)
    if activity.state == ActivityState.CANCELLED:
        raise ActivityFrozen
    if not reason.strip():
        raise ActivityIncomplete
    activity.state = ActivityState.CANCELLED
    activity.save(update_fields=("state",))
    registered = activity.registrations.filter(state=SeatState.TAKEN).count()
    fact = ActivityCancelled(activity_id=activity.pk, registered=registered, reason=reason.strip()[:200])
    facts.record(fact, at=now, by=by, branch_id=activity.branch_id)


def remind_activities(*, now: datetime) -> int:
    """A day before, tell whoever made it how many come; customers see it on their first page. How many were told of."""
    due = Activity.objects.filter(
        state=ActivityState.OPEN, reminded_at=None, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE
    )
    return sum(_remind(pk, now) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(activity_id: int, now: datetime) -> bool:
    if not Activity.objects.filter(pk=activity_id, reminded_at=None).update(reminded_at=now):
        return False
    activity = Activity.objects.select_related("made_by").get(pk=activity_id)
    states = list(Registration.objects.filter(activity=activity).values_list("state", flat=True))
    fact = ActivityReminded(
        activity_id=activity_id,
        registered=states.count(SeatState.TAKEN),
        waiting=states.count(SeatState.WAITING),
    )
    fact_id = facts.record(fact, at=now, branch_id=activity.branch_id)
    notices.tell(
        REMINDED,
        fact_id,
        to=[activity.made_by],
        values={"title": activity.title, "registered": fact.registered, "waiting": fact.waiting},
        link=reverse("activities:activity_page", args=[activity_id]),
        at=now,
    )
    return True


def _findings(text: str, now: datetime) -> list[dict[str, object]]:
    """:raises ActivityUnlawful"""
    found = compliance.check_copy(
        text=text, channel="h5", product_kind="any", product_risk=None, on=local_date(now)
    )
    said = [finding for finding in found if finding.start is not None]
    if blocking := next((finding for finding in said if finding.blocks), None):
        raise ActivityUnlawful(
            quote=blocking.quote,
            message=blocking.message,
            citations=[citation.label for citation in blocking.citations],
        )
    return [
        {
            "name": finding.name,
            "quote": finding.quote,
            "message": finding.message,
            "laws": [citation.label for citation in finding.citations],
        }
        for finding in said
    ]


def _in_state(activity_id: int, by: Staff, state: ActivityState) -> Activity:
    activity = _locked(activity_id, by)
    if activity.state != state:
        raise ActivityFrozen
    return activity


def _locked(activity_id: int, by: Staff) -> Activity:
    rows = Activity.objects.visible_to(by).select_for_update(of=("self",))
    activity = rows.filter(pk=activity_id).first()
    if activity is None:
        raise ActivityNotFound
    return cast(Activity, activity)
