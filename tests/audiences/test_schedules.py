"""Snapshots that are frozen by themselves: daily, weekly, monthly, in the bank's time."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from huiqun.audiences import actions, queries
from huiqun.audiences.actions.schedules import next_moment
from huiqun.audiences.models import Snapshot, SnapshotSchedule
from huiqun.audiences.refusals import AudienceArchivedAlready, ScheduleWrong
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.makers.audiences import NOW, make_audience, make_lake, profile

NINE = time(9)


def schedule(audience: Any, branch: Any, by: Any, **over: Any) -> int:
    given = {"rhythm": "daily", "at": NINE, "branch_id": branch.pk, "by": by, "now": NOW, **over}
    return actions.schedule_snapshots(audience_id=audience.pk, **given)


def bank(day: int, hour: int, month: int = 11, minute: int = 0) -> datetime:
    """An instant by the bank's clock, eight hours ahead of UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("rhythm", "given", "after", "wanted"),
    [
        ("daily", {}, bank(20, 8), bank(20, 9)),
        ("daily", {}, bank(20, 9), bank(21, 9)),
        ("daily", {}, bank(30, 23), bank(1, 9, month=12)),
        ("weekly", {"weekday": 0}, bank(20, 8), bank(23, 9)),
        ("weekly", {"weekday": 4}, bank(20, 8), bank(20, 9)),
        ("weekly", {"weekday": 4}, bank(20, 10), bank(27, 9)),
        ("monthly", {"day": 31}, bank(20, 8), bank(30, 9)),
        ("monthly", {"day": 1}, bank(1, 9), bank(1, 9, month=12)),
        ("monthly", {"day": 31}, bank(30, 9), bank(31, 9, month=12)),
        ("monthly", {"day": 15}, datetime(2027, 1, 31, 20, tzinfo=UTC), datetime(2027, 2, 15, 1, tzinfo=UTC)),
        ("monthly", {"day": 30}, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 28, 1, tzinfo=UTC)),
    ],
)
def test_the_next_moment_by_the_banks_clock(
    rhythm: str, given: dict[str, int], after: datetime, wanted: datetime
) -> None:
    found = next_moment(rhythm, at=NINE, weekday=given.get("weekday"), day=given.get("day"), after=after)
    assert found == wanted


def test_freezes_what_is_due_once(north: Any, marketer: Any) -> None:
    make_lake(profiles=[profile(1, north), profile(2, north)])
    audience = make_audience(branch=north)
    schedule(audience, north, marketer, control_share=0)
    assert actions.freeze_scheduled(now=NOW) == 0
    tomorrow = bank(21, 9, minute=1)
    assert actions.freeze_scheduled(now=tomorrow) == 1
    assert actions.freeze_scheduled(now=tomorrow) == 0
    snapshot = Snapshot.objects.get()
    assert (snapshot.count, snapshot.control, snapshot.as_of) == (2, 0, tomorrow.date())
    (told,) = queries.schedules(audience_id=audience.pk, staff=marketer)
    assert told.last_snapshot_id == snapshot.pk and told.next_at == bank(22, 9) and told.problem == ""
    assert Fact.objects.filter(kind="audiences.SnapshotsScheduled").count() == 1


def test_takes_the_latest_version(north: Any, marketer: Any) -> None:
    make_lake(profiles=[profile(1, north, sex="F"), profile(2, north)])
    audience = make_audience(branch=north)
    schedule(audience, north, marketer)
    rule = {"field": "profile.sex", "op": "eq", "value": "F"}
    actions.save_audience(
        name="x", rule=rule, branch_id=north.pk, audience_id=audience.pk, by=marketer, now=NOW
    )
    actions.freeze_scheduled(now=bank(21, 9))
    assert Snapshot.objects.get().count == 1


def test_says_why_one_was_not_frozen_and_goes_on(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north)
    schedule(audience, north, marketer)
    assert actions.freeze_scheduled(now=bank(21, 9)) == 0
    (told,) = queries.schedules(audience_id=audience.pk, staff=marketer)
    assert told.problem and told.next_at == bank(22, 9)
    make_lake(profiles=[profile(1, north)])
    assert actions.freeze_scheduled(now=bank(22, 9)) == 1
    (told,) = queries.schedules(audience_id=audience.pk, staff=marketer)
    assert told.problem == "" and told.last_snapshot_id


def test_a_schedule_that_was_ended_freezes_nothing(north: Any, marketer: Any, stranger: Any) -> None:
    make_lake(profiles=[profile(1, north)])
    audience = make_audience(branch=north)
    schedule_id = schedule(audience, north, marketer)
    with pytest.raises(NotFound):
        actions.end_schedule(schedule_id=schedule_id, by=stranger, now=NOW)
    actions.end_schedule(schedule_id=schedule_id, by=marketer, now=NOW)
    actions.end_schedule(schedule_id=schedule_id, by=marketer, now=NOW)
    assert actions.freeze_scheduled(now=bank(21, 9)) == 0 and not Snapshot.objects.exists()
    assert Fact.objects.filter(kind="audiences.SnapshotScheduleEnded").count() == 1


def test_an_archived_audience_is_frozen_no_more(north: Any, marketer: Any) -> None:
    make_lake(profiles=[profile(1, north)])
    audience = make_audience(branch=north)
    schedule(audience, north, marketer)
    actions.archive_audience(audience_id=audience.pk, by=marketer, now=NOW)
    assert actions.freeze_scheduled(now=bank(21, 9)) == 0
    with pytest.raises(AudienceArchivedAlready):
        schedule(audience, north, marketer)


@pytest.mark.parametrize(
    "over",
    [
        {"rhythm": "hourly"},
        {"rhythm": "daily", "weekday": 1},
        {"rhythm": "weekly"},
        {"rhythm": "weekly", "weekday": 7},
        {"rhythm": "monthly"},
        {"rhythm": "monthly", "day": 32},
        {"rhythm": "monthly", "day": 1, "weekday": 1},
        {"control_share": 10_001},
        {"control_share": -1},
    ],
)
def test_refuses_a_rhythm_that_is_none(north: Any, marketer: Any, over: dict[str, Any]) -> None:
    audience = make_audience(branch=north)
    with pytest.raises(ScheduleWrong):
        schedule(audience, north, marketer, **over)
    assert not SnapshotSchedule.objects.exists()


def test_refuses_branches_out_of_scope(north: Any, south: Any, marketer: Any, stranger: Any) -> None:
    audience = make_audience(branch=north)
    for branch, by in ((south, marketer), (north, stranger), (south, stranger)):
        with pytest.raises(NotFound):
            schedule(audience, branch, by)
