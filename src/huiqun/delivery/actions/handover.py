"""Handing marked messages to the channel: rendered, addressed, within five seconds or not at all."""

import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huiqun.customers import queries as customers
from huiqun.delivery.actions.marking import Marked, Person
from huiqun.delivery.channels.base import Message, Outcome, Sender, Verdict
from huiqun.delivery.models import Run
from huiqun.delivery.queries.messages import Words, filled, unsubscribe_url
from huiqun.delivery.rules.states import Failure, State
from huiqun.delivery.rules.timing import HANDOVER_SECONDS
from huiqun.lib.channels import Channel
from huiqun.lib.refusal import Refusal

TOO_LATE = "too_late"


@dataclass(frozen=True)
class Handed:
    person: Person
    outcome: Outcome


def hand_over(
    run: Run,
    channel: str,
    marked: Marked,
    words: Mapping[str, Words],
    sender: Sender,
    *,
    worker: uuid.UUID,
    now: datetime,
) -> Iterator[Handed]:
    """What came of each marked message, as it comes. No transaction is open meanwhile."""
    until = time.monotonic() + HANDOVER_SECONDS
    ready = _prepared(run, channel, marked, words, now)

    def one(person: Person, message: Message | Outcome) -> Handed:
        if isinstance(message, Outcome):
            return Handed(person, message)
        if time.monotonic() > until or not _may_begin(person, sender, worker, now):
            return Handed(person, Outcome(verdict=Verdict.RETRY, code=TOO_LATE))
        return Handed(person, sender.send(message))

    if sender.lanes == 1 or not sender.idempotent:
        yield from (one(person, message) for person, message in ready)
        return
    with ThreadPoolExecutor(sender.lanes) as lanes:
        yield from lanes.map(lambda pair: one(*pair), ready)


def _may_begin(person: Person, sender: Sender, worker: uuid.UUID, now: datetime) -> bool:
    """A channel that cannot be asked again gets its own note before the handover begins, so that after
    a crash only those messages are in doubt that were really on their way."""
    if sender.idempotent:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET handed_at = %s WHERE id = %s AND state = %s AND lease_by = %s",
            [now, person.recipient_id, State.SENDING, worker],
        )
        return bool(cursor.rowcount == 1)


def _prepared(
    run: Run, channel: str, marked: Marked, words: Mapping[str, Words], now: datetime
) -> list[tuple[Person, Message | Outcome]]:
    ids = [person.customer_id for person in marked.people]
    contacts = customers.contact_points(customer_ids=ids, channel=channel)
    values = customers.merge_values(customer_ids=ids)
    ready: list[tuple[Person, Message | Outcome]] = []
    for person in marked.people:
        to, known = contacts.get(person.customer_id), values.get(person.customer_id)
        if to is None or known is None:
            ready.append((person, _impossible(Failure.NO_ADDRESS)))
            continue
        try:
            subject, body = filled(words[person.variant_key], run, channel, person.recipient_id, known)
        except Refusal:
            ready.append((person, _impossible(Failure.UNRENDERABLE)))
            continue
        one_click = unsubscribe_url(run, person.recipient_id) if channel == Channel.EMAIL else ""
        key = f"{run.key}-{person.recipient_id}"
        message = Message(key=key, to=to, subject=subject, body=body, at=now, unsubscribe_url=one_click)
        ready.append((person, message))
    return ready


def _impossible(failure: Failure) -> Outcome:
    return Outcome(verdict=Verdict.REFUSED, code=failure)
