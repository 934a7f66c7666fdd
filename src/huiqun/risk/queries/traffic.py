"""Live traffic by campaign, beside what the same minutes of earlier days were like."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q

from huiqun.foundation.models import Staff
from huiqun.risk.models import Case, Freeze, Judgement, Traffic
from huiqun.risk.rules.anomalies import Anomaly, judge_traffic

WINDOW = timedelta(minutes=5)
HISTORY_DAYS = 14
DAY = timedelta(days=1)
SHOWN = timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """``minutes`` are the claims of each of the last sixty minutes, oldest first."""

    subject: str
    branch_id: int
    anomaly: Anomaly
    challenged: int
    held: int
    refused: int
    value_fen: int
    minutes: tuple[int, ...]


def watched(*, now: datetime, staff: Staff | None = None) -> list[Watched]:
    """Campaigns with claims within the last hour, the most unusual first; those that ``staff`` may see."""
    end = now.replace(second=0, microsecond=0)
    rows = Traffic.objects.visible_to(staff) if staff else Traffic.objects.all()
    lately: dict[tuple[str, int], list[Traffic]] = defaultdict(list)
    for row in rows.filter(minute__gte=end - SHOWN, minute__lt=end).order_by("minute"):
        lately[(row.subject, row.branch_id)].append(row)
    history = _history(sorted({subject for subject, _branch in lately}), end)
    found = [
        _one(subject, branch_id, minutes, history, end) for (subject, branch_id), minutes in lately.items()
    ]
    return sorted(found, key=lambda each: (-each.anomaly.z, each.subject))


def _one(
    subject: str,
    branch_id: int,
    minutes: list[Traffic],
    history: dict[tuple[str, int], list[int]],
    end: datetime,
) -> Watched:
    window = [row for row in minutes if row.minute >= end - WINDOW]
    by_minute = {row.minute: row.claims for row in minutes}
    steps = int(SHOWN.total_seconds() // 60)
    return Watched(
        subject=subject,
        branch_id=branch_id,
        anomaly=judge_traffic(sum(row.claims for row in window), history.get((subject, branch_id), [])),
        challenged=sum(row.challenged for row in minutes),
        held=sum(row.held for row in minutes),
        refused=sum(row.refused for row in minutes),
        value_fen=sum(row.value_fen for row in minutes),
        minutes=tuple(by_minute.get(end - SHOWN + timedelta(minutes=step), 0) for step in range(steps)),
    )


def _history(subjects: list[str], end: datetime) -> dict[tuple[str, int], list[int]]:
    """The same five minutes of each of the last fourteen days since a campaign's first claim: a day without claims
    counts as none, the days before it began do not count at all."""
    begun = {
        (row["subject"], row["branch_id"]): row["first"]
        for row in Traffic.objects.filter(
            subject__in=subjects, minute__gte=end - timedelta(days=HISTORY_DAYS + 1)
        )
        .values("subject", "branch_id")
        .annotate(first=Min("minute"))
    }
    windows = Q(pk__in=())
    for days in range(1, HISTORY_DAYS + 1):
        until = end - timedelta(days=days)
        windows |= Q(minute__gte=until - WINDOW, minute__lt=until)
    counts: dict[tuple[str, int, int], int] = defaultdict(int)
    past = Traffic.objects.filter(windows, subject__in=subjects)
    for subject, branch_id, minute, claims in past.values_list("subject", "branch_id", "minute", "claims"):
        counts[subject, branch_id, (end - minute) // DAY] += claims
    seen: dict[tuple[str, int], list[int]] = defaultdict(list)
    for key, first in begun.items():
        for days in range(1, HISTORY_DAYS + 1):
            if first < end - timedelta(days=days):
                seen[key].append(counts[*key, days])
    return seen


def news_mark(staff: Staff) -> str:
    """Changes whenever the watch board would: two looks at indexes, so that polling costs next to nothing."""
    newest = Traffic.objects.aggregate(last=Max("id"))["last"] or 0
    judged = Judgement.objects.aggregate(last=Max("id"))["last"] or 0
    frozen = Freeze.objects.aggregate(last=Max("id"))["last"] or 0
    waiting = Case.objects.aggregate(last=Max("id"))["last"] or 0
    return f"{staff.pk}-{newest}-{judged}-{frozen}-{waiting}"
