"""An audience's size from day to day, and where it moved more than it may."""

from dataclasses import dataclass
from datetime import date, datetime, time

from huiqun.audiences.models import SizeOfDay, SizeWatch, SnapshotSchedule
from huiqun.audiences.queries.audiences import audience
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class SizePoint:
    """``number`` is the version of the rule. ``alerted``: the size had moved more than its watch allows."""

    day: date
    n: int
    entered: int
    left: int
    number: int
    alerted: bool


@dataclass(frozen=True, kw_only=True)
class Moved:
    audience_id: int
    name: str
    day: date
    before: int
    after: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class ScheduleFacts:
    """``weekday`` 0 is Monday. ``problem`` is why the last one was not frozen."""

    schedule_id: int
    audience_id: int
    rhythm: str
    rhythm_label: str
    weekday: int | None
    day: int | None
    at: time
    branch_id: int
    control_share: int
    next_at: datetime
    last_snapshot_id: int | None
    problem: str


def trend(*, audience_id: int, staff: Staff | None, days: int = 90) -> tuple[SizePoint, ...]:
    """The last ``days`` days on which it was worked out, oldest first. :raises NotFound"""
    audience(audience_id, staff)
    rows = SizeOfDay.objects.filter(audience=audience_id).order_by("-day")[:days]
    points = [
        SizePoint(
            day=row.day,
            n=row.count,
            entered=row.entered,
            left=row.left,
            number=row.number,
            alerted=row.moved_from is not None,
        )
        for row in rows
    ]
    return tuple(reversed(points))


def moved(*, staff: Staff, day: date) -> tuple[Moved, ...]:
    """Audiences whose size moved too far on that day, the farthest first."""
    rows = SizeOfDay.objects.visible_to(staff).filter(
        day=day, moved_from__isnull=False, audience__archived_at__isnull=True
    )
    found = [
        Moved(
            audience_id=row.audience_id,
            name=row.audience.name,
            day=day,
            before=row.moved_from,
            after=row.count,
            percent=percent_moved(row.moved_from, row.count),
        )
        for row in rows.select_related("audience")
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.percent)))


def percent_moved(before: int, after: int) -> int:
    """Rounded towards nothing; from nobody to somebody counts as a hundred for each."""
    return int((after - before) * 100 / max(before, 1))


def size_watch(*, audience_id: int, staff: Staff | None) -> int | None:
    """By how many percent the size may move; None when nobody watches. :raises NotFound"""
    audience(audience_id, staff)
    row = SizeWatch.objects.filter(audience=audience_id).first()
    return row.percent if row else None


def schedules(*, audience_id: int, staff: Staff | None) -> tuple[ScheduleFacts, ...]:
    """Those that go on. :raises NotFound"""
    audience(audience_id, staff)
    rows = SnapshotSchedule.objects.filter(audience=audience_id, ended_at__isnull=True).order_by("id")
    return tuple(_schedule(row) for row in rows)


def _schedule(row: SnapshotSchedule) -> ScheduleFacts:
    return ScheduleFacts(
        schedule_id=row.pk,
        audience_id=row.audience_id,
        rhythm=row.rhythm,
        rhythm_label=str(row.get_rhythm_display()),
        weekday=row.weekday,
        day=row.day,
        at=row.at,
        branch_id=row.branch_id,
        control_share=row.control_share,
        next_at=row.next_at,
        last_snapshot_id=row.last_snapshot_id,
        problem=row.problem,
    )
