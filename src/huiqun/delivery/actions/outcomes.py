"""Storing what came of a batch, set by set."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.actions import arrays
from huiqun.delivery.actions.handover import TOO_LATE, Handed
from huiqun.delivery.actions.touches import touch_many, touch_sent
from huiqun.delivery.channels.base import Verdict
from huiqun.delivery.rules.states import Failure, TouchKind
from huiqun.delivery.rules.timing import ATTEMPTS, wait_before_attempt

SENT = f"""
UPDATE delivery_recipient r SET state = 'sent', sent_at = %(now)s, gateway_reference = substr(d.reference, 2),
       lease_by = NULL, is_uncertain = false, not_before = NULL
FROM unnest(%(ids)s::bigint[], {arrays.TEXTS.format("references")}) AS d (id, reference)
WHERE r.id = d.id AND r.id BETWEEN %(first)s AND %(last)s AND r.state IN ('sending', 'queued', 'held')
"""
"""The range tells the planner how few rows there are among millions."""

FAILED = """
UPDATE delivery_recipient r SET state = 'failed', failure = d.failure, failure_code = d.code,
       lease_by = NULL
FROM unnest(%(ids)s::bigint[], %(failures)s::text[], %(codes)s::text[]) AS d (id, failure, code)
WHERE r.id = d.id AND r.state = 'sending' AND r.lease_by = %(worker)s RETURNING r.id
"""

AGAIN = """
UPDATE delivery_recipient r SET state = 'queued', not_before = d.not_before, attempt = attempt - d.refund,
       lease_by = NULL, is_uncertain = is_uncertain OR d.uncertain
FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[], %(refunds)s::int[], %(uncertain)s::bool[])
     AS d (id, not_before, refund, uncertain)
WHERE r.id = d.id AND r.state = 'sending' AND r.lease_by = %(worker)s
"""


@transaction.atomic
def store(results: list[Handed], *, run_id: int, may_repeat: bool, worker: uuid.UUID, now: datetime) -> None:
    """A receipt may have come first (then the message is delivered already), or the lease may have ended:
    an accepted message is sent whoever tells it, everything else counts only while the lease is ours.

    ``may_repeat``: an unknown outcome may be asked again, as the channel or the account's setting allows.
    """
    accepted, failed, again = _sorted(results, may_repeat)
    if accepted:
        ids = [item.person.recipient_id for item in accepted]
        values = {"ids": arrays.numbers(ids), "first": min(ids), "last": max(ids), "now": now}
        references = arrays.texts([item.outcome.reference for item in accepted])
        _execute(SENT, {**values, "references": references})
        touch_sent(run_id, ids, [item.person.customer_id for item in accepted], now)
    if failed:
        gone = _execute(FAILED, {**_failures(failed), "worker": worker})
        touch_many([row[0] for row in gone], TouchKind.FAILED, now)
    if again:
        _execute(AGAIN, {**_retries(again, now), "worker": worker})


def _sorted(
    results: list[Handed], may_repeat: bool
) -> tuple[list[Handed], list[tuple[Handed, Failure]], list[Handed]]:
    accepted: list[Handed] = []
    failed: list[tuple[Handed, Failure]] = []
    again: list[Handed] = []
    for item in results:
        verdict = item.outcome.verdict
        if verdict == Verdict.ACCEPTED:
            accepted.append(item)
            continue
        tried = item.outcome.code != TOO_LATE and verdict != Verdict.ACCOUNT
        if verdict == Verdict.REFUSED:
            failed.append((item, _refusal(item)))
        elif verdict == Verdict.UNKNOWN and not may_repeat:
            failed.append((item, Failure.UNKNOWN))
        elif tried and item.person.attempt + 1 >= ATTEMPTS:
            unknown = verdict == Verdict.UNKNOWN or item.person.was_uncertain
            failed.append((item, Failure.UNKNOWN if unknown else Failure.EXHAUSTED))
        else:
            again.append(item)
    return accepted, failed, again


def _refusal(item: Handed) -> Failure:
    code = item.outcome.code
    return Failure(code) if code in (Failure.NO_ADDRESS, Failure.UNRENDERABLE) else Failure.REFUSED


def _failures(failed: list[tuple[Handed, Failure]]) -> dict[str, Any]:
    return {
        "ids": [item.person.recipient_id for item, _ in failed],
        "failures": [str(failure) for _, failure in failed],
        "codes": [item.outcome.code[:60] for item, _ in failed],
    }


def _retries(again: list[Handed], now: datetime) -> dict[str, Any]:
    moments, refunds = [], []
    for item in again:
        untried = item.outcome.code == TOO_LATE or item.outcome.verdict == Verdict.ACCOUNT
        wait = wait_before_attempt(item.person.attempt + 1, random.random())
        if item.outcome.wait_seconds is not None:
            wait = timedelta(seconds=item.outcome.wait_seconds)
        moments.append(now if untried else now + wait)
        refunds.append(1 if untried else 0)
    return {
        "ids": [item.person.recipient_id for item in again],
        "moments": moments,
        "refunds": refunds,
        "uncertain": [item.outcome.verdict == Verdict.UNKNOWN for item in again],
    }


def _execute(sql: str, values: dict[str, Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
