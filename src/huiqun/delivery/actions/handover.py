"""Handing marked messages to the channel: rendered, addressed, within five seconds or not at all."""

import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from huiqun.customers import queries as customers
from huiqun.delivery.actions.marking import Marked, Person
from huiqun.delivery.channels.base import Message, Outcome, Sender, Verdict
from huiqun.delivery.queries.links import make_links
from huiqun.delivery.queries.wording import Wording
from huiqun.delivery.rules.doubt import TRIP_AFTER, Health
from huiqun.delivery.rules.states import Failure, State
from huiqun.delivery.rules.timing import HANDOVER_SECONDS
from huiqun.lib.refusal import Refusal

TOO_LATE = "too_late"
TROUBLES = (Verdict.RETRY, Verdict.UNKNOWN)


class Handed(NamedTuple):
    person: Person
    outcome: Outcome


LATE = Outcome(verdict=Verdict.RETRY, code=TOO_LATE)
"""Certainly not handed over: it goes back to the queue, without having been tried."""


class Pulse:
    """How the account answers, batch by batch. One that is silent long enough is not asked any further."""

    def __init__(self) -> None:
        self.answered, self.troubles, self.code = 0, 0, ""

    def feel(self, outcome: Outcome) -> Outcome:
        if outcome.verdict in TROUBLES:
            self.troubles += 1
            self.code = outcome.code
        else:
            self.answered += 1
            self.troubles = 0
        return outcome

    @property
    def is_silent(self) -> bool:
        return self.troubles >= TRIP_AFTER

    def health(self) -> Health:
        return Health(answered=self.answered, troubles_at_end=self.troubles, code=self.code)


def hand_over(
    key: str,
    channel: str,
    marked: Marked,
    words: Mapping[str, Wording],
    sender: Sender,
    pulse: Pulse,
    *,
    worker: uuid.UUID,
    now: datetime,
) -> Iterator[Handed]:
    """What came of each marked message, as it comes. No transaction is open meanwhile."""
    until = time.monotonic() + HANDOVER_SECONDS
    ready = prepared(key, channel, marked, words, now)
    monotonic, send, feel, may_ask_again = time.monotonic, sender.send, pulse.feel, sender.idempotent

    def one(person: Person, message: Message | Outcome) -> Handed:
        if isinstance(message, Outcome):
            return Handed(person, message)
        if monotonic() > until or pulse.is_silent:
            return Handed(person, LATE)
        if not may_ask_again and not _may_begin(person, worker, now):
            return Handed(person, LATE)
        return Handed(person, feel(send(message)))

    if sender.lanes == 1 or not sender.idempotent:
        for person, message in ready:
            yield one(person, message)
        return
    with ThreadPoolExecutor(sender.lanes) as lanes:
        yield from lanes.map(lambda pair: one(*pair), ready)


def _may_begin(person: Person, worker: uuid.UUID, now: datetime) -> bool:
    """A channel that cannot be asked again gets its own note before the handover begins, so that after
    a crash only those messages are in doubt that were really on their way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET handed_at = %s WHERE id = %s AND state = %s AND lease_by = %s",
            [now, person.recipient_id, State.SENDING, worker],
        )
        return bool(cursor.rowcount == 1)


def prepared(
    key: str, channel: str, marked: Marked, words: Mapping[str, Wording], now: datetime
) -> list[tuple[Person, Message | Outcome]]:
    """Each message with its address and its own words; ``key`` is the run's."""
    ids = [person.customer_id for person in marked.people]
    addressed = customers.addressees(
        customer_ids=ids, channel=channel, with_names=any(wording.names for wording in words.values())
    )
    recipients = [person.recipient_id for person in marked.people]
    links, further = make_links(recipients), _further(recipients, words)
    ready: list[tuple[Person, Message | Outcome]] = []
    for place, (person, link) in enumerate(zip(marked.people, links, strict=True)):
        known = addressed.get(person.customer_id)
        if known is None:
            ready.append((person, _impossible(Failure.NO_ADDRESS)))
            continue
        try:
            own = {name: tokens[place] for name, tokens in further.items()}
            subject, body, one_click = words[person.variant_key].filled(known, link, own)
        except Refusal:
            ready.append((person, _impossible(Failure.UNRENDERABLE)))
            continue
        message = Message(
            key=f"{key}-{person.recipient_id}",
            to=known.contact,
            subject=subject,
            body=body,
            at=now,
            unsubscribe_url=one_click,
        )
        ready.append((person, message))
    return ready


def _further(recipient_ids: list[int], words: Mapping[str, Wording]) -> dict[str, list[str]]:
    """The tokens of the further links that any of the words name, by name."""
    named = {name: number for wording in words.values() for name, number in wording.links.items()}
    return {name: make_links(recipient_ids, number) for name, number in named.items()}


def _impossible(failure: Failure) -> Outcome:
    return Outcome(verdict=Verdict.REFUSED, code=failure)
