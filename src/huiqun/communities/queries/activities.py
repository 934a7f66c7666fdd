"""Activities as customers and staff see them."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from huiqun.communities.models.activities import Activity, ActivityQuerySet, Registration
from huiqun.communities.rules.activities import ActivityState, SeatState, make_code
from huiqun.communities.rules.activity_refusals import ActivityNotFound
from huiqun.customers import queries as customers
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import covering


def activity_rows(*, staff: Staff, asked: Mapping[str, str], now: datetime) -> ActivityQuerySet:
    rows: ActivityQuerySet = Activity.objects.visible_to(staff).select_related("branch")
    for name in ("kind", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if words := asked.get("words", "").strip():
        rows = rows.filter(title__icontains=words)
    return rows


def visible_activity(activity_id: int, staff: Staff) -> Activity:
    """:raises ActivityNotFound"""
    rows = Activity.objects.visible_to(staff).select_related("branch", "made_by", "decided_by")
    activity: Activity | None = rows.filter(pk=activity_id).first()
    if activity is None:
        raise ActivityNotFound
    return activity


def open_activities(*, customer_id: int, now: datetime) -> list[Activity]:
    """What a customer may come to: of their branch and those above, the next first."""
    path = customers.branch_path(customer_id=customer_id)
    rows = Activity.objects.filter(covering(path), state=ActivityState.OPEN, ends_at__gt=now)
    return list(rows.order_by("starts_at", "id")[:50])


def own_activity(*, activity_id: int, customer_id: int) -> tuple[Activity, Registration | None]:
    """:raises ActivityNotFound"""
    path = customers.branch_path(customer_id=customer_id)
    shown = (ActivityState.OPEN, ActivityState.CANCELLED)
    activity: Activity | None = Activity.objects.filter(
        covering(path), pk=activity_id, state__in=shown
    ).first()
    if activity is None:
        raise ActivityNotFound
    return activity, registration_of(activity_id=activity_id, customer_id=customer_id)


def registration_of(*, activity_id: int, customer_id: int) -> Registration | None:
    return Registration.objects.filter(activity_id=activity_id, customer_id=customer_id).first()


def registrations_of(customer_id: int) -> list[Registration]:
    rows = Registration.objects.filter(customer_id=customer_id).exclude(state=SeatState.CANCELLED)
    return list(rows.select_related("activity").order_by("-activity__starts_at")[:30])


def code_of(row: Registration) -> str:
    return make_code(activity_id=row.activity_id, registration_id=row.pk, key=settings.HUIQUN_INDEX_KEY)


def place_in_line(row: Registration) -> int:
    ahead = Registration.objects.filter(
        activity_id=row.activity_id, state=SeatState.WAITING, in_line__lt=row.in_line
    )
    return ahead.count() + 1


def next_of(customer_id: int, *, now: datetime) -> Registration | None:
    """The next activity at which a customer has a seat."""
    rows = Registration.objects.filter(
        customer_id=customer_id,
        state=SeatState.TAKEN,
        activity__state=ActivityState.OPEN,
        activity__ends_at__gt=now,
    )
    return rows.select_related("activity").order_by("activity__starts_at").first()
