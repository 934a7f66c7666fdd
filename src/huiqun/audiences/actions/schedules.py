"""Snapshots that are frozen by themselves, daily, weekly or monthly, in the bank's time."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from huiqun.audiences.actions.snapshots import freeze_snapshot
from huiqun.audiences.events import SnapshotScheduleEnded, SnapshotsScheduled
from huiqun.audiences.models import Audience, Rhythm, SnapshotSchedule
from huiqun.audiences.refusals import AudienceArchivedAlready, ScheduleWrong
from huiqun.foundation import facts
from huiqun.foundation.http import sentence_of
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import BANK_ZONE, local_time
from huiqun.lib.refusal import NotFound, Refusal

WHOLE = 10_000


@transaction.atomic
def schedule_snapshots(
    *,
    audience_id: int,
    rhythm: str,
    at: time,
    weekday: int | None = None,
    day: int | None = None,
    branch_id: int,
    control_share: int = 1_000,
    by: Staff,
    now: datetime,
) -> int:
    """Freeze the audience's latest version at ``at`` each day, each week on ``weekday`` (0 is Monday) or each
    month on ``day`` (its last day where it has fewer); the schedule's id.

    :raises NotFound, AudienceArchivedAlready, ScheduleWrong
    """
    _check(rhythm, weekday, day, control_share)
    audience = Audience.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=audience_id).first()
    if audience is None or not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    if audience.archived_at is not None:
        raise AudienceArchivedAlready(name=audience.name)
    schedule: SnapshotSchedule = SnapshotSchedule.objects.create(
        audience=audience,
        branch_id=branch_id,
        rhythm=rhythm,
        weekday=weekday,
        day=day,
        at=at,
        control_share=control_share,
        next_at=next_moment(rhythm, at=at, weekday=weekday, day=day, after=now),
        created_by=by,
        created_at=now,
    )
    event = SnapshotsScheduled(audience_id=audience.pk, schedule_id=schedule.pk, rhythm=rhythm)
    facts.record(event, at=now, by=by, branch_id=audience.branch_id)
    return int(schedule.pk)


@transaction.atomic
def end_schedule(*, schedule_id: int, by: Staff, now: datetime) -> int:
    """What it has frozen stays; whose schedule it was. :raises NotFound"""
    rows = SnapshotSchedule.objects.visible_to(by).select_for_update(of=("self",))
    schedule = rows.filter(pk=schedule_id).first()
    if schedule is None:
        raise NotFound()
    if schedule.ended_at is None:
        schedule.ended_at = now
        schedule.save(update_fields=["ended_at"])
        event = SnapshotScheduleEnded(audience_id=schedule.audience_id, schedule_id=schedule.pk)
        facts.record(event, at=now, by=by, branch_id=schedule.audience.branch_id)
    return int(schedule.audience_id)


def freeze_scheduled(*, now: datetime) -> int:
    """Freeze whatever is due, each once however long it has been due; how many were frozen."""
    due = SnapshotSchedule.objects.filter(ended_at__isnull=True, next_at__lte=now)
    return sum(_freeze(each, now) for each in due.order_by("next_at").values_list("pk", flat=True))


@transaction.atomic
def _freeze(schedule_id: int, now: datetime) -> bool:
    """One that is refused says why and waits for its next day."""
    rows = SnapshotSchedule.objects.select_for_update(of=("self",), skip_locked=True)
    schedule = rows.filter(pk=schedule_id, ended_at__isnull=True, next_at__lte=now).first()
    if schedule is None or schedule.audience.archived_at is not None:
        return False
    schedule.problem = ""
    try:
        schedule.last_snapshot_id = freeze_snapshot(
            audience_version_id=schedule.audience.latest.pk,
            key=f"schedule:{schedule.pk}",
            branch_id=schedule.branch_id,
            control_share=schedule.control_share,
            by=None,
            now=now,
        )
    except Refusal as refusal:
        schedule.problem = sentence_of(refusal)
    schedule.next_at = next_moment(
        schedule.rhythm, at=schedule.at, weekday=schedule.weekday, day=schedule.day, after=now
    )
    schedule.save(update_fields=["last_snapshot", "problem", "next_at"])
    return not schedule.problem


def next_moment(rhythm: str, *, at: time, weekday: int | None, day: int | None, after: datetime) -> datetime:
    """The first instant later than ``after``, in UTC."""
    local = local_time(after)
    days = (local.date() + timedelta(days=each) for each in range(63))
    for each in days:
        moment = datetime.combine(each, at, BANK_ZONE)
        if moment > local and _is_on(each, rhythm, weekday, day):
            return moment.astimezone(UTC)
    raise AssertionError("every rhythm has a day within two months")


def _is_on(date_: date, rhythm: str, weekday: int | None, day: int | None) -> bool:
    if rhythm == Rhythm.WEEKLY:
        return date_.weekday() == weekday
    if rhythm == Rhythm.MONTHLY:
        last = monthrange(date_.year, date_.month)[1]
        return date_.day == min(day or last, last)
    return True


def _check(rhythm: str, weekday: int | None, day: int | None, control_share: int) -> None:
    fits: dict[str, bool] = {
        Rhythm.DAILY: weekday is None and day is None,
        Rhythm.WEEKLY: weekday is not None and 0 <= weekday <= 6 and day is None,
        Rhythm.MONTHLY: day is not None and 1 <= day <= 31 and weekday is None,
    }
    if not fits.get(rhythm, False) or not 0 <= control_share <= WHOLE:
        raise ScheduleWrong()
