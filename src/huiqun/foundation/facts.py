"""Recording what happened, reading it back, and telling those who asked to hear of it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.foundation import jobs
from huiqun.foundation.models import Fact, Staff, SubscriberCursor
from huiqun.lib.canonical import canonical_json
from huiqun.lib.event import Event
from huiqun.lib.identifiers import identifier_in
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

BATCH = 500


class PersonInFact(Refusal):
    code = "foundation.person_in_fact"
    sentence = _("The text seems to hold a %(what)s. It is kept for ever: say it without naming a person.")


_subscribers: dict[str, set[str]] = defaultdict(set)


def record(event: Event, *, at: datetime, by: Staff | int | None = None, branch_id: int | None = None) -> int:
    """Write the fact in the caller's transaction; its id. ``by`` None means the system decided.

    :raises RuntimeError outside a transaction: a fact stands or falls with what it tells of
    :raises PersonInFact when a text in it holds what looks like somebody's number or address
    """
    return record_many([event], at=at, by=by, branch_id=branch_id)[0]


def record_many(
    events: Sequence[Event], *, at: datetime, by: Staff | int | None = None, branch_id: int | None = None
) -> list[int]:
    """``record`` for what happened to many at once, in one statement; the facts' ids in the order of events."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{events[0].kind()} recorded outside a transaction")
    staff_id = by.pk if isinstance(by, Staff) else by
    made = [_fact(event, at=at, by_id=staff_id, branch_id=branch_id) for event in events]
    Fact.objects.bulk_create(made)
    if _kinds_heard().intersection(fact.kind for fact in made):
        transaction.on_commit(_call_teller)
    return [int(fact.pk) for fact in made]


def _fact(event: Event, *, at: datetime, by_id: int | None, branch_id: int | None) -> Fact:
    body: dict[str, Any] = json.loads(canonical_json(event.body()))
    _refuse_persons(body)
    return Fact(
        kind=event.kind(), subject=event.subject(), body=body, at=at, by_id=by_id, branch_id=branch_id
    )


def _refuse_persons(body: Any) -> None:
    """Reasons are written by people, and a fact is kept for ever: no customer may be named in it."""
    if isinstance(body, str):
        if kind := identifier_in(body):
            raise PersonInFact(what=kind)
    elif isinstance(body, dict):
        for value in body.values():
            _refuse_persons(value)
    elif isinstance(body, list):
        for value in body:
            _refuse_persons(value)


def about(noun: str, subject_id: int | str) -> Any:
    """Facts about one thing, newest first."""
    return Fact.objects.filter(subject=f"{noun}:{subject_id}").select_related("by", "branch").order_by("-id")


def subscribe(kind: str, job_name: str) -> None:
    """Have the job ``job_name`` run with ``fact_id``, ``subject`` and ``body`` for each fact of a kind,
    after it has committed, at least once and in order of commitment. The job must be safe to repeat."""
    _subscribers[job_name].add(kind)


def _kinds_heard() -> set[str]:
    return set().union(*_subscribers.values()) if _subscribers else set()


def _call_teller() -> None:
    """After commit, and outside it: a shared unique key inside would make all writers wait for each other.
    If the process dies in between, the teller's own clock finds the fact."""
    jobs.enqueue("foundation.tell_subscribers", unique="foundation.tell_subscribers")


def tell_subscribers() -> int:
    """Enqueue one job per settled fact and subscriber not yet told; how many were enqueued."""
    return sum(_tell(subscriber, kinds) for subscriber, kinds in sorted(_subscribers.items()))


@transaction.atomic
def _tell(subscriber: str, kinds: set[str]) -> int:
    SubscriberCursor.objects.get_or_create(subscriber=subscriber)
    cursor = SubscriberCursor.objects.select_for_update().get(subscriber=subscriber)
    told = 0
    while news := list(
        Fact.objects.settled().filter(kind__in=kinds).after(cursor.xid, cursor.fact_id).in_order()[:BATCH]
    ):
        for fact in news:
            jobs.enqueue(subscriber, fact_id=fact.id, subject=fact.subject, body=fact.body)
        cursor.xid, cursor.fact_id = news[-1].xid, news[-1].id
        told += len(news)
    cursor.save()
    return told
