"""Facts on their way to endpoints: collected from each one's cursor, sent, tried again, given up.

Each endpoint has a job of its own under a lock of its own, and whoever fails ends it: a dead receiver costs a worker
ten seconds now and then, and delays nobody. No transaction is open while the other side is talking; a delivery's
``next_at`` is its lease.
"""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import now as real_now

from huiqun.foundation import clock, facts, jobs, notices
from huiqun.foundation.events import WebhookGivenUp, WebhookRecovered, WebhookTripped
from huiqun.foundation.horizon import horizon
from huiqun.foundation.models import Fact, Staff, WebhookDelivery, WebhookEndpoint
from huiqun.foundation.roles import Role
from huiqun.foundation.scope import paths_above, within
from huiqun.foundation.webhooks import signing, waits
from huiqun.foundation.webhooks.endpoints import LAST
from huiqun.foundation.webhooks.posting import TOTAL_SECONDS, Answer, post

BATCH = 500
AT_ONCE = 20
"""Messages that one job takes before it asks for itself again."""
LEASE = timedelta(seconds=TOTAL_SECONDS * 6)
LARGEST = 256_000
KEPT = timedelta(days=90)
SEND = "foundation.send_webhooks"


@dataclass(frozen=True)
class _Taken:
    delivery_id: int
    fact_id: int
    attempts: int


def collect(*, now: datetime) -> None:
    """Note what each endpoint is to be told, and have it sent."""
    for endpoint_id in (
        WebhookEndpoint.objects.filter(enabled=True).order_by("pk").values_list("pk", flat=True)
    ):
        while _collect(endpoint_id, now):
            pass
        if _due(endpoint_id, now).exists():
            ask(endpoint_id)


def ask(endpoint_id: int) -> None:
    key = f"webhook:{endpoint_id}"
    jobs.enqueue(SEND, unique=key, lock=key, endpoint_id=endpoint_id)


@transaction.atomic
def _collect(endpoint_id: int, now: datetime) -> bool:
    """From the cursor to the horizon, a batch at a time; whether there is more."""
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), skip_locked=True).select_related("branch")
    endpoint = rows.filter(pk=endpoint_id, enabled=True).first()
    if endpoint is None:
        return False
    until = horizon()
    told = Q(branch__isnull=True) if endpoint.branch.level == 0 else Q(pk__in=())
    news = (
        Fact.objects.filter(kind__in=endpoint.kinds, xid__lt=until)
        .filter(within(endpoint.branch.path) | told)
        .after(endpoint.xid, endpoint.fact_id)
        .in_order()
    )
    found = list(news.values_list("xid", "id", "kind")[:BATCH])
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(endpoint=endpoint, fact_id=fact_id, kind=kind, next_at=now, made_at=now)
            for _xid, fact_id, kind in found
        ],
        ignore_conflicts=True,
    )
    more = len(found) == BATCH
    endpoint.xid, endpoint.fact_id = found[-1][:2] if more else (max(endpoint.xid, until - 1), LAST)
    endpoint.save(update_fields=("xid", "fact_id"))
    return more


def send(*, endpoint_id: int) -> int:
    """Send what is due to one endpoint, until it is done, has failed, or others should have a turn; how many were
    taken."""
    taken = 0
    for number in range(AT_ONCE):
        now = clock.now()
        claimed = _claim(endpoint_id, now)
        if claimed is None:
            return taken
        endpoint, delivery = claimed
        answer = _tell(endpoint, delivery)
        _store(endpoint_id, delivery, answer, clock.now())
        if not answer.taken:
            return taken
        taken += 1
        if number + 1 == AT_ONCE:
            ask(endpoint_id)
    return taken


def _due(endpoint_id: int, now: datetime) -> QuerySet[WebhookDelivery]:
    awake = Q(endpoint__rest_until__isnull=True) | Q(endpoint__rest_until__lte=now)
    rows = WebhookDelivery.objects.filter(
        awake, endpoint=endpoint_id, endpoint__enabled=True, state="waiting"
    )
    return rows.filter(next_at__lte=now).order_by("next_at", "pk")


@transaction.atomic
def _claim(endpoint_id: int, now: datetime) -> tuple[WebhookEndpoint, _Taken] | None:
    """The delivery that is due longest, leased; none while the endpoint rests."""
    row = _due(endpoint_id, now).select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.attempts += 1
    row.next_at, row.last_at = now + LEASE, now
    row.save(update_fields=("attempts", "next_at", "last_at"))
    endpoint: WebhookEndpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    return endpoint, _Taken(row.pk, row.fact_id, row.attempts)


def _tell(endpoint: WebhookEndpoint, delivery: _Taken) -> Answer:
    """Signatures go by the real clock, as the other side's does, also when a demo's is shifted."""
    body = body_of(Fact.objects.select_related("branch").get(pk=delivery.fact_id))
    headers = signing.headers(endpoint.secrets_at(clock.now()), f"fact-{delivery.fact_id}", body, real_now())
    return post(
        endpoint.url,
        body,
        {**headers, "Content-Type": "application/json; charset=utf-8", "User-Agent": "Huiqun-Webhooks/1"},
    )


def body_of(fact: Fact) -> bytes:
    """What is told of a fact: as it is kept, which names nobody. What is too large is told without its details."""
    told = {
        "id": f"fact-{fact.pk}",
        "kind": fact.kind,
        "at": fact.at.astimezone(UTC).isoformat(),
        "subject": fact.subject,
        "branch": fact.branch.code if fact.branch else None,
        "body": fact.body,
    }
    written = json.dumps(told, ensure_ascii=False).encode()
    if len(written) > LARGEST:
        written = json.dumps({**told, "body": None, "left_out": len(written)}, ensure_ascii=False).encode()
    return written


@transaction.atomic
def _store(endpoint_id: int, delivery: _Taken, answer: Answer, now: datetime) -> None:
    """Endpoint first, then its delivery; an outcome counts only while the attempt is the last one, except that it was
    taken, which is true whoever says so."""
    endpoint: WebhookEndpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    rows = WebhookDelivery.objects.filter(pk=delivery.delivery_id)
    if answer.taken:
        rows.update(state="delivered", code=answer.code, last_at=now)
        _note_life(endpoint, now)
        return
    is_dead = answer.is_final or delivery.attempts >= waits.MOST_ATTEMPTS
    changed = rows.filter(state="waiting", attempts=delivery.attempts).update(
        code=answer.code,
        last_at=now,
        state="dead" if is_dead else "waiting",
        next_at=now + waits.before_next(delivery.attempts, random.random()),
    )
    if changed and is_dead:
        _record_dead(endpoint, [(delivery.delivery_id, delivery.fact_id, answer.code)], now)
    _note_trouble(endpoint, answer.code, now)


def _note_life(endpoint: WebhookEndpoint, now: datetime) -> None:
    if endpoint.rest_until is not None:
        fact = WebhookRecovered(endpoint_id=endpoint.pk)
        facts.record(fact, at=now, branch_id=endpoint.branch_id)
    endpoint.troubles, endpoint.rests, endpoint.rest_until, endpoint.code = 0, 0, None, ""
    endpoint.answered_at = now
    endpoint.save(update_fields=("troubles", "rests", "rest_until", "code", "answered_at"))


def _note_trouble(endpoint: WebhookEndpoint, code: str, now: datetime) -> None:
    """Once it rests, every failed try lengthens the rest."""
    endpoint.troubles, endpoint.code = endpoint.troubles + 1, code
    if endpoint.troubles >= waits.TRIP_AFTER:
        if endpoint.rest_until is None:
            _record_tripped(endpoint, code, now)
        endpoint.rest_until = now + waits.rest(endpoint.rests, random.random())
        endpoint.rests = min(endpoint.rests + 1, 1_000)
    endpoint.save(update_fields=("troubles", "code", "rest_until", "rests"))


def _record_tripped(endpoint: WebhookEndpoint, code: str, now: datetime) -> None:
    """Administrators of its branch and above are told."""
    fact = WebhookTripped(endpoint_id=endpoint.pk, code=code)
    fact_id = facts.record(fact, at=now, branch_id=endpoint.branch_id)
    above = Staff.objects.with_role(Role.ADMINISTRATOR).filter(
        branch__path__in=paths_above(endpoint.branch.path)
    )
    link = reverse("webhooks:endpoint_page", args=[endpoint.pk])
    notices.tell(fact.kind(), fact_id, to=above, values={"name": endpoint.name}, link=link, at=now)


def _record_dead(endpoint: WebhookEndpoint, dead: Iterable[tuple[int, int, str]], now: datetime) -> None:
    for delivery_id, fact_id, code in dead:
        fact = WebhookGivenUp(endpoint_id=endpoint.pk, delivery_id=delivery_id, told_id=fact_id, code=code)
        facts.record(fact, at=now, branch_id=endpoint.branch_id)


def sweep(*, now: datetime) -> None:
    """Give up what has waited too long, and forget what was settled long ago."""
    late = WebhookDelivery.objects.filter(state="waiting", made_at__lt=now - waits.OLDEST)
    for endpoint_id in list(late.order_by("endpoint").values_list("endpoint", flat=True).distinct()):
        _give_up_late(endpoint_id, now)
    WebhookDelivery.objects.exclude(state="waiting").filter(last_at__lt=now - KEPT).delete()


@transaction.atomic
def _give_up_late(endpoint_id: int, now: datetime) -> None:
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    late = WebhookDelivery.objects.filter(endpoint=endpoint, state="waiting", made_at__lt=now - waits.OLDEST)
    dead = [
        (pk, fact_id, code or "too_late") for pk, fact_id, code in late.values_list("pk", "fact_id", "code")
    ]
    late.filter(pk__in=[each[0] for each in dead]).update(state="dead", last_at=now)
    _record_dead(endpoint, dead, now)
