"""The marketing calendar: which campaigns reach people on which days, by branch and channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q
from pyroaring import BitMap

from huiqun.audiences import queries as audiences
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.models.campaign import CampaignQuerySet
from huiqun.campaigns.words import State
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import end_of_day, is_working_day, local_date, start_of_day
from huiqun.lib.refusal import Refusal

SHOWN = (State.PLANNING, State.IN_REVIEW, State.APPROVED, State.RUNNING, State.PAUSED, State.FINISHED)
MOST, MOST_COUNTED = 200, 12


@dataclass(frozen=True)
class Day:
    day: date
    is_off: bool
    is_today: bool


@dataclass(frozen=True)
class Line:
    """``cells`` by day: "send" while messages may go out, "open" while people may take part, or ""."""

    campaign: Campaign
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    days: tuple[Day, ...]
    lines: tuple[Line, ...]
    crowd: tuple[tuple[str, tuple[int, ...]], ...]
    """By channel, how many campaigns send on each day."""


def sending_days(campaign: Campaign) -> tuple[date, date]:
    """The first and the last day on which messages may go out."""
    assert campaign.start_at is not None
    first = campaign.started_at or campaign.start_at
    return local_date(first), local_date(campaign.start_at + timedelta(days=campaign.deadline_days))


def calendar(
    *, staff: Staff, first: date, days: int, now: datetime, branch_id: int | None = None, channel: str = ""
) -> Calendar:
    """What the person may see of ``days`` days, the branch and those below it."""
    wanted = [first + timedelta(days=n) for n in range(days)]
    rows = _between(Campaign.objects.visible_to(staff), wanted[0], wanted[-1])
    if branch_id:
        rows = rows.filter(branch__path__startswith=_path(staff, branch_id))
    if channel:
        rows = rows.filter(channels__contains=channel)
    lines = tuple(Line(row, _cells(row, wanted)) for row in rows.order_by("branch__path", "start_at")[:MOST])
    shown = sorted({each for line in lines for each in line.campaign.channels})
    return Calendar(
        days=tuple(Day(day, not is_working_day(day), day == local_date(now)) for day in wanted),
        lines=lines,
        crowd=tuple((each, _crowd(lines, each, len(wanted))) for each in shown),
    )


def _between(rows: CampaignQuerySet, first: date, last: date) -> CampaignQuerySet:
    begins, ends = start_of_day(first), end_of_day(last)
    live = Q(state__in=SHOWN, start_at__lt=ends, end_at__gte=begins, is_historical=False)
    found: CampaignQuerySet = rows.filter(live).select_related("branch")
    return found


def _path(staff: Staff, branch_id: int) -> str:
    return Branch.objects.visible_to(staff).values_list("path", flat=True).filter(pk=branch_id).first() or "-"


def _cells(campaign: Campaign, days: Sequence[date]) -> tuple[str, ...]:
    first, last = sending_days(campaign)
    assert campaign.end_at is not None
    end = local_date(campaign.end_at)
    return tuple("send" if first <= day <= last else "open" if first <= day <= end else "" for day in days)


def _crowd(lines: Sequence[Line], channel: str, days: int) -> tuple[int, ...]:
    sending = [line.cells for line in lines if channel in line.campaign.channels]
    return tuple(sum(cells[n] == "send" for cells in sending) for n in range(days))


@dataclass(frozen=True)
class Conflict:
    """Another campaign whose messages may go out on the same days by the same channels.

    ``both`` are in the audiences of both as they were worked out last; None where that cannot be told now.
    """

    campaign: Campaign
    first: date
    last: date
    channels: tuple[str, ...]
    both: int | None = None


def counted(found: Sequence[Conflict], campaign: Campaign, *, today: date) -> list[Conflict]:
    """The same, with how many are in both audiences; of the first MOST_COUNTED, for each may have to be worked out."""
    mine = _people(campaign, today)
    return [
        replace(each, both=_in_both(mine, each.campaign, today)) if place < MOST_COUNTED else each
        for place, each in enumerate(found)
    ]


def _in_both(mine: BitMap | None, other: Campaign, today: date) -> int | None:
    theirs = _people(other, today) if mine is not None else None
    return None if mine is None or theirs is None else mine.intersection_cardinality(theirs)


def _people(campaign: Campaign, today: date) -> BitMap | None:
    """The audience within the campaign's branch and those below it."""
    version = campaign.audience_version_id
    if version is None:
        return None
    try:
        audience_id = audiences.version(version).audience_id
        return audiences.members(
            audience_id=audience_id, staff=None, today=today, branch_id=campaign.branch_id
        )
    except Refusal:
        return None


def conflicts(campaign: Campaign, *, staff: Staff) -> list[Conflict]:
    """Of the campaign's own branch, those above it and those below it: whose customers may be the same."""
    if campaign.start_at is None or campaign.end_at is None:
        return []
    first, last = sending_days(campaign)
    rows = _between(Campaign.objects.visible_to(staff).exclude(pk=campaign.pk), first, last)
    found = []
    for other in rows.exclude(state=State.FINISHED).order_by("start_at")[:MOST]:
        paths = (campaign.branch.path, other.branch.path)
        begins, ends = sending_days(other)
        channels = tuple(each for each in campaign.channels if each in other.channels)
        overlaps = begins <= last and first <= ends and channels
        if overlaps and (paths[0].startswith(paths[1]) or paths[1].startswith(paths[0])):
            found.append(Conflict(other, max(first, begins), min(last, ends), channels))
    return found
