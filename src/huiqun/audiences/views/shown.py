"""What templates show of audiences in words that need more than a filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.audiences.forms import WEEKDAYS
from huiqun.audiences.models import Audience
from huiqun.audiences.queries import Change, ScheduleFacts
from huiqun.foundation.http import StaffRequest
from huiqun.foundation.models import Branch
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    change: Change
    because: str


@dataclass(frozen=True, kw_only=True)
class ShownSchedule:
    schedule: ScheduleFacts
    when: str
    branch: str
    control: float


def visible_audience(request: StaffRequest, audience_id: int) -> Audience:
    """:raises NotFound"""
    rows = Audience.objects.visible_to(request.staff).select_related("branch", "created_by")
    audience: Audience | None = rows.filter(pk=audience_id).first()
    if audience is None:
        raise NotFound()
    return audience


def shown_changes(changes: Sequence[Change]) -> list[ShownChange]:
    reasons = {
        "first": _("worked out for the first time"),
        "rule": _("the rule was changed"),
        "data": _("new data"),
        "day": _("another day began"),
    }
    return [ShownChange(change=each, because=reasons.get(each.because, each.because)) for each in changes]


def shown_schedules(schedules: Sequence[ScheduleFacts]) -> list[ShownSchedule]:
    names = dict(
        Branch.objects.filter(pk__in={each.branch_id for each in schedules}).values_list("pk", "name")
    )
    return [
        ShownSchedule(
            schedule=each,
            when=_when(each),
            branch=names.get(each.branch_id, ""),
            control=each.control_share / 10_000,
        )
        for each in schedules
    ]


def _when(schedule: ScheduleFacts) -> str:
    values = {"at": f"{schedule.at:%H:%M}"}
    if schedule.weekday is not None:
        values["weekday"] = str(dict(WEEKDAYS)[schedule.weekday])
        return pgettext("schedule", "%(weekday)s at %(at)s") % values
    if schedule.day is not None:
        values["day"] = str(schedule.day)
        return pgettext("schedule", "on day %(day)s of the month at %(at)s") % values
    return pgettext("schedule", "every day at %(at)s") % values
