"""Hot stock: everybody who taps stands in line by one INSERT, and the line is served by many at once.

Whoever stands in line tries to serve it, one at a time for each benefit (an advisory lock that dies with its
transaction), in order of arrival, up to ``BATCH`` people in one transaction: a few milliseconds' worth of people cost the
scarce row one UPDATE. Who is not served within ``patience`` is told to wait, with a place that is kept; the clock
(``serve_lines``) serves those whose phones have gone.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.benefits.actions.batches import OutOfDate, Served, serve_batch
from huiqun.benefits.actions.claims import FIRST, Claimed, check_open, earlier_claim
from huiqun.benefits.actions.pieces import digest_of, found_benefit
from huiqun.benefits.actions.waiting import part, together
from huiqun.benefits.models import Turn
from huiqun.benefits.queries.turns import people_before
from huiqun.benefits.rules import Attempt, WaitYourTurn, check_tap
from huiqun.benefits.rules.turns import ask_again_after, retold
from huiqun.lib.refusal import Refusal

LINES = 7_340_051
"""Space of the advisory locks of those who serve a line."""
PATIENCE_SECONDS = 0.4
FIRST_NAP_SECONDS = 0.004
LONGEST_NAP_SECONDS = 0.1
GONE = object()
RETRIES = 5

STAND = """
INSERT INTO benefits_turn (benefit_id, customer_id, because, device, address, asked_at)
SELECT benefit.id, %(customer)s, %(because)s, %(device)s, %(address)s, %(now)s
  FROM benefits_benefit benefit
 WHERE benefit.id = %(benefit)s AND benefit.way <> 'grant' AND benefit.frozen_digest <> ''
   AND benefit.claimed < benefit.quantity AND %(now)s >= benefit.claim_start_at AND %(now)s < benefit.claim_end_at
   AND NOT EXISTS (SELECT FROM benefits_claim claim
                    WHERE (claim.benefit_id, claim.customer_id, claim.because)
                        = (benefit.id, %(customer)s, %(because)s))
ON CONFLICT (benefit_id, customer_id, because) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class InLine:
    """``turn_id`` is None for who has a claim already."""

    benefit_id: int
    customer_id: int
    because: str
    turn_id: int | None


def claim_in_turn(
    *,
    benefit_id: int,
    customer_id: int,
    now: datetime,
    attempt: Attempt = FIRST,
    patience: float = PATIENCE_SECONDS,
) -> Claimed:
    """``claim_benefit`` for many at once: stand in line, and be served. Not inside a transaction.

    :raises WaitYourTurn besides what ``claim_benefit`` raises: the place is kept, ask again
    """
    place = stand_in_line(benefit_id=benefit_id, customer_id=customer_id, now=now, attempt=attempt)
    return await_turn(place=place, now=now, patience=patience)


def stand_in_line(*, benefit_id: int, customer_id: int, now: datetime, attempt: Attempt = FIRST) -> InLine:
    """Take a place in line, in the caller's transaction or one of its own. Who stands there keeps the place.

    :raises BenefitNotFound, NotByTapping, LimitReached, NotOpen, SoldOut, Stopped
    """
    values: dict[str, Any] = {
        "benefit": benefit_id,
        "customer": customer_id,
        "because": attempt.because,
        "device": digest_of(attempt.device, "device"),
        "address": digest_of(attempt.address, "address"),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(STAND, values)
        found = cursor.fetchone()
    turn_id = found[0] if found else _place_of_one_who_stands(benefit_id, customer_id, now, attempt)
    return InLine(benefit_id=benefit_id, customer_id=customer_id, because=attempt.because, turn_id=turn_id)


def _place_of_one_who_stands(
    benefit_id: int, customer_id: int, now: datetime, attempt: Attempt
) -> int | None:
    """Why the INSERT gave nothing: claimed already, in line already, told no before, or not to be had."""
    benefit = found_benefit(benefit_id)
    own = Turn.objects.filter(benefit_id=benefit_id, customer_id=customer_id, because=attempt.because)
    # One statement: between two, the line may be served.
    if stands := own.filter(refusal__isnull=True).values_list("pk", flat=True).first():
        return int(stands)
    if earlier_claim(benefit_id, customer_id, attempt.because):
        return None
    check_tap(benefit.as_terms, attempt.because)
    with transaction.atomic():
        check_open(benefit, now)
    # A refusal of before is no refusal of now: at the end of the line again.
    own.filter(refusal__isnull=False).delete()
    turn, _ = Turn.objects.get_or_create(
        benefit_id=benefit_id,
        customer_id=customer_id,
        because=attempt.because,
        defaults={
            "device": digest_of(attempt.device, "device"),
            "address": digest_of(attempt.address, "address"),
            "asked_at": now,
        },
    )
    return int(turn.pk)


def await_turn(*, place: InLine, now: datetime, patience: float = PATIENCE_SECONDS) -> Claimed:
    """Serve the line, or let others serve it, until it is this person's turn or ``patience`` is over.

    Not inside a transaction: others could not see the place. :raises WaitYourTurn and the refusals of a claim
    """
    turn_id = place.turn_id
    if turn_id is None:
        return _theirs(place)
    line, until, nap = together(place.benefit_id, turn_id), time.monotonic() + patience, FIRST_NAP_SECONDS
    try:
        while True:
            answer = line.round(turn_id, lambda turns: _look(place.benefit_id, turns, now), nap)
            if isinstance(answer, Claimed):
                return answer
            if isinstance(answer, Refusal):
                Turn.objects.filter(pk=turn_id).delete()
                raise answer
            if answer is GONE:
                return _theirs(place)
            if time.monotonic() > until:
                before = people_before(place.benefit_id, turn_id)
                raise WaitYourTurn(place=before, seconds=ask_again_after(before))
            nap = min(2 * nap, LONGEST_NAP_SECONDS)
    finally:
        part(place.benefit_id, turn_id)


def _look(benefit_id: int, turns: Collection[int], now: datetime) -> Mapping[int, object]:
    """Serve the line, or see whom somebody else has served: a refusal, or a turn that is gone."""
    served = _serve_once(benefit_id, now)
    if served is not None and served.answers:
        return served.answers
    rows = dict(Turn.objects.filter(pk__in=list(turns)).values_list("pk", "refusal"))
    answers: dict[int, object] = {turn: GONE for turn in turns if turn not in rows}
    answers |= {turn: retold(refusal) for turn, refusal in rows.items() if refusal}
    if not answers:
        time.sleep(FIRST_NAP_SECONDS)
    return answers


def _theirs(place: InLine) -> Claimed:
    """Whose turn is gone has a claim, or somebody else was told the refusal: then it is asked for anew."""
    found = earlier_claim(place.benefit_id, place.customer_id, place.because)
    if found is None:
        raise WaitYourTurn(place=0, seconds=ask_again_after(0))
    return found


def serve_lines(*, now: datetime) -> int:
    """Everybody who stands anywhere, also those whose phones have gone; how many were answered."""
    waiting = (
        Turn.objects.filter(refusal__isnull=True).order_by("benefit_id").values_list("benefit_id", flat=True)
    )
    return sum(serve_line(benefit_id=benefit_id, now=now) for benefit_id in waiting.distinct())


def serve_line(*, benefit_id: int, now: datetime) -> int:
    """Until nobody stands there, or somebody else serves; how many were answered."""
    answered = 0
    while (served := _serve_once(benefit_id, now)) and served.answers:
        answered += len(served.answers)
    return answered


def forget_turns(*, before: datetime) -> int:
    """Refusals that nobody came back for."""
    gone, _ = Turn.objects.filter(refusal__isnull=False).filter(asked_at__lt=before).delete()
    return int(gone)


def _serve_once(benefit_id: int, now: datetime) -> Served | None:
    """None when somebody else serves just now, or claims beside the line were faster too often."""
    for _ in range(RETRIES):
        try:
            with transaction.atomic(durable=True):
                return serve_batch(benefit_id, now) if _is_mine(benefit_id) else None
        except OutOfDate:
            continue
    return None


def _is_mine(benefit_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LINES, benefit_id % 2**31])
        return bool(cursor.fetchone()[0])
