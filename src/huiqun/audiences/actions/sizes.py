"""How an audience's size goes from day to day, and telling when it moves too far."""

from datetime import datetime

from django.db import transaction

from huiqun.audiences.actions.telling import tell_of_size
from huiqun.audiences.events import AudienceSizeMoved, SizeWatchSet
from huiqun.audiences.models import Audience, AudienceVersion, SizeOfDay, SizeWatch
from huiqun.audiences.queries.trend import percent_moved
from huiqun.audiences.refusals import PercentWrong
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

MOST_PERCENT = 1_000


@transaction.atomic
def watch_size(*, audience_id: int, percent: int | None, by: Staff, now: datetime) -> None:
    """Tell people when the size is further than ``percent`` from that of the day before; None: tell nobody.

    :raises NotFound, PercentWrong
    """
    if percent is not None and not 1 <= percent <= MOST_PERCENT:
        raise PercentWrong()
    audience = Audience.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=audience_id).first()
    if audience is None:
        raise NotFound()
    if percent is None:
        SizeWatch.objects.filter(audience=audience).delete()
    else:
        wanted = {"percent": percent, "set_by": by, "set_at": now}
        SizeWatch.objects.update_or_create(audience=audience, defaults=wanted)
    event = SizeWatchSet(audience_id=audience.pk, percent=percent)
    facts.record(event, at=now, by=by, branch_id=audience.branch_id)


def note_size(
    version: AudienceVersion, *, count: int, lake_version: int, now: datetime, entered: int = 0, left: int = 0
) -> None:
    """Part of a refresh, in its transaction and under its lock."""
    day = local_date(now)
    row = SizeOfDay.objects.filter(audience=version.audience_id, day=day).first()
    row = row or SizeOfDay(audience_id=version.audience_id, day=day)
    row.number, row.lake_version, row.count = version.number, lake_version, count
    row.entered, row.left = row.entered + entered, row.left + left
    watch = SizeWatch.objects.filter(audience=row.audience_id).first()
    moved = _moved(row, watch) if watch else None
    if watch and moved is not None and row.moved_from is None:
        row.moved_from = moved
        event = AudienceSizeMoved(
            audience_id=row.audience_id,
            day=day,
            before=moved,
            after=count,
            percent=percent_moved(moved, count),
        )
        fact_id = facts.record(event, at=now, branch_id=version.audience.branch_id)
        tell_of_size(version.audience, watch, event, fact_id=fact_id, at=now)
    row.save()


def _moved(row: SizeOfDay, watch: SizeWatch) -> int | None:
    """The size of the last day before, when this one is too far from it."""
    days = SizeOfDay.objects.filter(audience=row.audience_id, day__lt=row.day).order_by("-day")
    before: int | None = days.values_list("count", flat=True).first()
    if before is None or abs(percent_moved(before, row.count)) < watch.percent:
        return None
    return before
