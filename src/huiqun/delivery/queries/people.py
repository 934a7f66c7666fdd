"""Why somebody did or did not get something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from huiqun.delivery.models import Recipient, Suppression, Touch, TouchMonth
from huiqun.delivery.models.touch_parts import first_day
from huiqun.delivery.queries.archived_touches import touches_of_recipients
from huiqun.delivery.rules.states import (
    CHANNEL_WORDS,
    FAILURE_WORDS,
    REASON_WORDS,
    STATE_COLOURS,
    STATE_WORDS,
    TOUCH_WORDS,
    Failure,
    Reason,
    State,
    TouchKind,
)
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class TouchLine:
    kind: str
    at: datetime

    @property
    def words(self) -> str:
        return TOUCH_WORDS[TouchKind(self.kind)]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One person in one run: state, and the reason or failure where there is one."""

    recipient_id: int
    run_id: int
    subject: str
    step: str
    arm: str
    channel: str
    variant_key: str
    state: str
    reason: str
    failure: str
    failure_code: str
    is_uncertain: bool
    source: str
    opened_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    digest: str = ""
    touches: tuple[TouchLine, ...] = ()

    @property
    def state_words(self) -> str:
        return STATE_WORDS[State(self.state)]

    @property
    def channel_words(self) -> str:
        return CHANNEL_WORDS.get(self.channel, self.channel)

    @property
    def colour(self) -> str:
        return STATE_COLOURS[State(self.state)]

    @property
    def why(self) -> str:
        """A sentence to be translated, or ""."""
        if self.reason:
            return REASON_WORDS[Reason(self.reason)]
        return FAILURE_WORDS[Failure(self.failure)] if self.failure else ""


def reason_for(*, subject: str, customer_id: int) -> Reached | None:
    """What became of a customer in the latest run of a subject; None when not in its audience."""
    rows = Recipient.objects.filter(customer_id=customer_id, run__subject=subject)
    row = rows.select_related("run").order_by("-run_id").first()
    return next(_with_touches([row])) if row else None


def touches_of(customer_id: int, *, limit: int = 50) -> list[Reached]:
    """Every run a customer was in, newest first, with what happened."""
    return reached_of(recipients_of(customer_id=customer_id).order_by("-id")[:limit])


def recipients_of(*, customer_id: int, subject: str = "") -> QuerySet[Recipient]:
    """Every run a customer was in, to be read page by page with ``reached_of``."""
    rows = Recipient.objects.filter(customer_id=customer_id).select_related("run")
    return rows.filter(run__subject=subject) if subject else rows


def reached_of(rows: Iterable[Any]) -> list[Reached]:
    return list(_with_touches(list(rows)))


def reached_by(*, recipient_id: int) -> Reached | None:
    row = Recipient.objects.filter(pk=recipient_id).select_related("run").first()
    return next(_with_touches([row])) if row else None


def is_suppressed(*, customer_id: int, channel: str, now: datetime) -> bool:
    rows = Suppression.objects.filter(customer_id=customer_id, channel__in=("", channel))
    return rows.exclude(until_at__lte=now).exists()


def _with_touches(rows: list[Recipient]) -> Iterator[Reached]:
    touches: dict[int, list[TouchLine]] = {}
    ids = [row.pk for row in rows]
    for recipient_id, kind, at in _archived(rows):
        touches.setdefault(recipient_id, []).append(TouchLine(kind=kind, at=at.replace(tzinfo=UTC)))
    for touch in Touch.objects.filter(recipient_id__in=ids).order_by("at", "id"):
        touches.setdefault(touch.recipient_id, []).append(TouchLine(kind=touch.kind, at=touch.at))
    for row in rows:
        yield Reached(
            recipient_id=row.pk,
            run_id=row.run_id,
            subject=row.run.subject,
            step=row.run.step,
            arm=row.arm,
            channel=row.channel,
            variant_key=row.variant_key,
            state=row.state,
            reason=row.reason,
            failure=row.failure,
            failure_code=row.failure_code,
            is_uncertain=row.is_uncertain,
            source=row.source,
            opened_at=row.run.opened_at,
            sent_at=row.sent_at,
            delivered_at=row.delivered_at,
            digest=row.run.digest,
            touches=tuple(touches.get(row.pk, ())),
        )


def _archived(rows: list[Recipient]) -> list[tuple[int, str, datetime]]:
    """What happened with those whose month lives in the lake."""
    of_rows = {row.pk: first_day(local_date(row.run.opened_at)) for row in rows}
    months = list(TouchMonth.objects.filter(deleted_at=None, month__in=set(of_rows.values())))
    known = {month.month for month in months}
    return touches_of_recipients([pk for pk, month in of_rows.items() if month in known], months)
