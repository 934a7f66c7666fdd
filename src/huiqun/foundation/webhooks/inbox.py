"""What other systems tell us: heard if it is signed, in time and new; kept; taken in by a job.

Foundation knows no event. A domain registers the kinds it can take in, and takes them in batches; it says of each
message "" or why not.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from huiqun.foundation import facts, jobs
from huiqun.foundation.events import EventsTakenIn
from huiqun.foundation.models import WebhookMessage, WebhookSource
from huiqun.foundation.webhooks import signing
from huiqun.foundation.webhooks.refusals import HeardBefore, MessageUnfit, NotHeard, TooManyMessages
from huiqun.lib.words import gettext_noop as _

LARGEST = 64_000
BATCH = 2_000
KEPT = timedelta(days=90)
TAKE = "foundation.take_webhook_messages"
NO_SECRET = signing.new_secret()
"""What an unknown source is compared with, so that it takes as long."""

WHY = {
    "kind_not_allowed": _("This source may not tell us of this kind."),
    "customer_unknown": _("There is no customer of this number in the source's branches."),
    "wrong_fields": _("A field is missing, unknown or of another type."),
    "in_the_future": _("It is said to happen in the future."),
    "looks_personal": _("It holds what looks like a personal identifier."),
    "kind_unknown": _("Nothing takes this kind in any more."),
}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One message as its taker reads it."""

    source_id: int
    branch_path: str
    message_id: str
    kind: str
    body: Mapping[str, Any]


Take = Callable[[Sequence[Heard], datetime], Sequence[str]]
"""Takes messages in, and answers for each "" or one of WHY. It may be asked again with the same ones."""
_takers: list[tuple[Callable[[], Mapping[str, str]], Take]] = []


def register(kinds: Callable[[], Mapping[str, str]], take: Take) -> None:
    """``kinds`` are named with a dot, and told in words."""
    if (kinds, take) not in _takers:
        _takers.append((kinds, take))


def kinds_to_hear() -> dict[str, str]:
    return {kind: words for kinds, _take in _takers for kind, words in kinds().items()}


@transaction.atomic
def hear(*, source_id: int, headers: Mapping[str, str], body: bytes, real: datetime, now: datetime) -> int:
    """Keep a message; its number. ``real`` is the clock that signatures go by.

    :raises NotHeard, TooManyMessages, MessageUnfit, HeardBefore
    """
    source = WebhookSource.objects.filter(pk=source_id, enabled=True).first()
    good = source.secrets_at(now) if source else (NO_SECRET,)
    if len(body) > LARGEST:
        body = b""
    message_id = signing.verified(headers, good, body, real)
    if source is None or message_id is None:
        raise NotHeard()
    _count(source, now)
    kind = _kind_of(body)
    allowed = kind in source.kinds
    message, is_new = WebhookMessage.objects.get_or_create(
        source=source,
        message_id=message_id,
        defaults={
            "kind": kind,
            "body": body.decode() if allowed else None,
            "state": "waiting" if allowed else "refused",
            "why": "" if allowed else "kind_not_allowed",
            "received_at": now,
            "settled_at": None if allowed else now,
        },
    )
    if not is_new:
        raise HeardBefore()
    if allowed:
        transaction.on_commit(lambda: jobs.enqueue(TAKE, unique=TAKE, lock=TAKE))
    return int(message.pk)


def _count(source: WebhookSource, now: datetime) -> None:
    """In one statement, as calls of keys are. :raises TooManyMessages"""
    minute = now.replace(second=0, microsecond=0)
    same = Q(minute=minute)
    fits = WebhookSource.objects.filter(~same | Q(minute=None) | Q(calls__lt=F("per_minute")), pk=source.pk)
    if not fits.update(
        calls=Case(When(same, then=F("calls") + 1), default=Value(1)), minute=minute, heard_at=now
    ):
        raise TooManyMessages(calls=source.per_minute)


def _kind_of(body: bytes) -> str:
    """:raises MessageUnfit"""
    try:
        given = json.loads(body.decode())
        kind = given["kind"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise MessageUnfit() from None
    if not isinstance(given, dict) or not isinstance(kind, str) or not 1 <= len(kind) <= 80 or "\x00" in kind:
        raise MessageUnfit()
    return kind


def take_in(*, now: datetime) -> int:
    """Settle what waits, a batch at a time; how many. Whoever dies in between is repeated, which takers are made
    for."""
    settled = 0
    while waiting := _waiting():
        _settle(waiting, now)
        settled += len(waiting)
    return settled


def _waiting() -> list[WebhookMessage]:
    rows = WebhookMessage.objects.filter(state="waiting").select_related("source__branch").order_by("pk")
    return list(rows[:BATCH])


def _settle(waiting: Sequence[WebhookMessage], now: datetime) -> None:
    why: dict[int, str] = {}
    for kinds, take in _takers:
        mine = [row for row in waiting if row.kind in kinds()]
        answers = take([_heard(row) for row in mine], now) if mine else ()
        why |= {row.pk: answer for row, answer in zip(mine, answers, strict=True)}
    _store(waiting, why, now)


@transaction.atomic
def _store(waiting: Sequence[WebhookMessage], why: Mapping[int, str], now: datetime) -> None:
    """What was told is emptied: it has gone where it belongs, or nowhere. What another job has settled meanwhile, with
    the same answer, is not counted again."""
    ids = [row.pk for row in waiting]
    still = WebhookMessage.objects.select_for_update().filter(pk__in=ids, state="waiting").order_by("pk")
    ours = set(still.values_list("pk", flat=True))
    waiting = [row for row in waiting if row.pk in ours]
    counts: dict[int, Counter[str]] = {}
    for row in waiting:
        answer = why.get(row.pk, "kind_unknown")
        row.state, row.why = ("refused", answer) if answer else ("taken", "")
        row.body, row.settled_at = None, now
        counts.setdefault(row.source_id, Counter())[answer] += 1
    WebhookMessage.objects.bulk_update(waiting, ("state", "why", "body", "settled_at"), batch_size=500)
    branches = {row.source_id: row.source.branch_id for row in waiting}
    for source_id, of_source in sorted(counts.items()):
        taken = of_source.pop("", 0)
        fact = EventsTakenIn(source_id=source_id, taken=taken, refused=dict(of_source))
        facts.record(fact, at=now, branch_id=branches[source_id])


def _heard(row: WebhookMessage) -> Heard:
    return Heard(
        source_id=row.source_id,
        branch_path=row.source.branch.path,
        message_id=row.message_id,
        kind=row.kind,
        body=json.loads(row.body or "{}"),
    )


def sweep(*, now: datetime) -> int:
    return int(WebhookMessage.objects.exclude(state="waiting").filter(received_at__lt=now - KEPT).delete()[0])
