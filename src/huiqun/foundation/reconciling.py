"""Every night: does the lake hold, day by day, as many rows as PostgreSQL recorded?

Where rows are missing they are staged again, and counted again; what still differs, and that it differed,
is a fact.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from huiqun.foundation import facts, flows, lake
from huiqun.foundation.events import LakeArchived, LakeDamaged, LakeDiffered
from huiqun.foundation.flows import Flow
from huiqun.foundation.models import SubscriberCursor

MOST_DAYS = 31
"""A fact names no more days than these; the counts are of all."""

Days = Mapping[str, int]
"""Rows by day."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """``days`` on which the lake held another number than PostgreSQL; ``mended`` when it does no more."""

    flow: str
    dataset: str
    days: tuple[tuple[str, int, int], ...]
    mended: bool

    @property
    def missing(self) -> int:
        return sum(max(0, recorded - held) for _, recorded, held in self.days)

    @property
    def surplus(self) -> int:
        return sum(max(0, held - recorded) for _, recorded, held in self.days)


def reconcile(*, now: datetime) -> tuple[Difference, ...]:
    """Flush and publish, compare each flow's days, mend what is missing, and record what differed."""
    flows.flush()
    lake.publish(now=now)
    found = tuple(each for each in (_compare(flow, now) for flow in flows.registered()) if each)
    for each in found:
        _record(each, now)
    return found


def _compare(flow: Flow, now: datetime) -> Difference | None:
    days = _differing(flow, now)
    if not days:
        return None
    missing = [day for day, recorded, held in days if held < recorded]
    if missing:
        flows.stage(flow, first=0, until=_until(flow), days=missing)
        lake.publish(now=now)
    left = _differing(flow, now) if missing else days
    return Difference(flow=flow.name, dataset=flow.dataset, days=tuple(days), mended=not left)


def _differing(flow: Flow, now: datetime) -> list[tuple[str, int, int]]:
    recorded, held = _recorded(flow), _held(flow)
    first = lake.first_day_kept(flow.dataset, now=now)
    days = sorted(
        each for each in recorded.keys() | held.keys() if first is None or each >= first.isoformat()
    )
    pairs = ((day, recorded.get(day, 0), held.get(day, 0)) for day in days)
    return [(day, one, other) for day, one, other in pairs if one != other]


def _recorded(flow: Flow) -> Days:
    """What PostgreSQL had recorded when it was flushed, without those whose data was erased from the lake."""
    query = (
        f"SELECT dt::text, count(*) FROM ({flow.rows}) r WHERE NOT customer_id = ANY(%(erased)s) GROUP BY dt"
    )
    erased = lake.erased_ids()
    days: Counter[str] = Counter(flow.recorded_before(erased) if flow.recorded_before else {})
    with connection.cursor() as cursor:
        cursor.execute(query, {"first": 0, "until": _until(flow), "erased": erased})
        days.update(dict(cursor.fetchall()))
    return days


def _held(flow: Flow) -> Days:
    with lake.connect(reach=lake.HERE) as connected:
        rows = connected.execute(
            f'SELECT dt::VARCHAR, count(*) FROM "{flow.dataset}" WHERE starts_with(event_id, ?) GROUP BY dt',
            [flow.mark],
        ).fetchall()
    return dict(rows)


def _until(flow: Flow) -> int:
    cursor = SubscriberCursor.objects.filter(subscriber=flow.cursor).first()
    return int(cursor.xid) + 1 if cursor else 0


@transaction.atomic
def _record(difference: Difference, now: datetime) -> None:
    fact = LakeDiffered(
        flow=difference.flow,
        dataset=difference.dataset,
        days=len(difference.days),
        missing=difference.missing,
        surplus=difference.surplus,
        mended=difference.mended,
        counts=tuple({"day": d, "recorded": r, "held": h} for d, r, h in difference.days[:MOST_DAYS]),
    )
    facts.record(fact, at=now)


@transaction.atomic
def tell_damage(*, now: datetime) -> tuple[str, ...]:
    """Files of the lake that are not what was written, as a fact; the whole lake is read."""
    files = lake.damaged()
    if files:
        facts.record(LakeDamaged(version=lake.version(), files=files[:MOST_DAYS]), at=now)
    return files


@transaction.atomic
def archive_old(*, now: datetime) -> int:
    """Move old months to the archive, and tidy it up; how many files moved. Nothing where there is no archive.

    :raises ArchiveSilent, FileDamaged with every file still where it was
    """
    moved = lake.archive_old(now=now)
    if moved:
        facts.record(LakeArchived(version=lake.version(), files=moved), at=now)
    lake.sweep_archive(now=now)
    return moved
