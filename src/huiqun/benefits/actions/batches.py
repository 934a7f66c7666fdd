"""The first people of a line, claimed for in one transaction: the statements of one claim, for many at once.

The order of locks is that of one claim: the stop's row, the claims' keys, the limits' counters, the benefit's row.
Where something concerns one person at a time (a code from a pool, points), they are taken one by one in the
same transaction, each with a savepoint.
"""

import json
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.benefits import claiming
from huiqun.benefits.actions.claims import Claimed, earlier_claim, fact_of, state_after, take
from huiqun.benefits.actions.pieces import in_json, new_code
from huiqun.benefits.models import Benefit, Claim, Turn
from huiqun.benefits.rules import (
    BenefitTerms,
    ClaimRequest,
    ClaimState,
    Codes,
    CountedAs,
    Counter,
    Judgement,
    LimitReached,
    SoldOut,
    Verdict,
    check_claim,
    check_tap,
    counters_of,
    usable_until,
)
from huiqun.benefits.rules.turns import BATCH, told
from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.lib.refusal import Refusal

INSERT_CLAIMS = """
INSERT INTO benefits_claim (benefit_id, customer_id, code, because, state, claimed_at, expires_on, ended_because,
                            device, address, counted)
SELECT %(benefit)s, customer, code, because, state, %(now)s, %(until)s, '', device, address, counted
  FROM unnest(%(customers)s::bigint[], %(codes)s::text[], %(becauses)s::text[], %(states)s::text[],
              %(devices)s::text[], %(addresses)s::text[], %(counted)s::jsonb[])
       AS person (customer, code, because, state, device, address, counted)
 ORDER BY customer
ON CONFLICT (benefit_id, customer_id, because) DO NOTHING RETURNING id, customer_id, because
"""
LOCK_COUNTERS = """
INSERT INTO benefits_quota AS quota (benefit_id, scope, key, taken)
SELECT %(benefit)s, scope, key, 0 FROM unnest(%(scopes)s::text[], %(keys)s::text[]) AS counter (scope, key)
 ORDER BY scope, key
ON CONFLICT (benefit_id, scope, key) DO UPDATE SET taken = quota.taken RETURNING scope, key, taken
"""
COUNT_MORE = """
UPDATE benefits_quota quota SET taken = quota.taken + more.by
  FROM unnest(%(scopes)s::text[], %(keys)s::text[], %(by)s::integer[]) AS more (scope, key, by)
 WHERE quota.benefit_id = %(benefit)s AND quota.scope = more.scope AND quota.key = more.key
"""
TAKE_MANY = """
UPDATE benefits_benefit SET claimed = claimed + %(count)s
 WHERE id = %(benefit)s AND claimed + %(count)s <= quantity RETURNING quantity - claimed
"""
CLOSE = """
UPDATE benefits_turn turn SET refusal = answer.told
  FROM unnest(%(turns)s::bigint[], %(told)s::jsonb[]) AS answer (turn, told) WHERE turn.id = answer.turn
"""
WAITING = "id", "customer_id", "because", "device", "address", "asked_at"


class OutOfDate(Exception):
    """Claims beside the line took pieces that were still there when this began: begin again."""


@dataclass
class Served:
    """What each turn is answered with."""

    answers: dict[int, Claimed | Refusal] = field(default_factory=dict)


@dataclass(kw_only=True)
class Person:
    turn_id: int
    request: ClaimRequest
    judgement: Judgement
    counters: tuple[Counter, ...] = ()

    @property
    def state(self) -> ClaimState:
        return state_after(self.judgement)


def serve_batch(benefit_id: int, now: datetime) -> Served:
    """Answer the first ``BATCH`` of the line, in the caller's transaction, which serves this line alone.

    :raises OutOfDate
    """
    waiting = Turn.objects.filter(benefit_id=benefit_id, refusal__isnull=True).order_by("id")
    turns = list(waiting.values_list(*WAITING)[:BATCH])
    served = Served()
    if not turns:
        return served
    benefit = Benefit.objects.get(pk=benefit_id)
    people = _admitted(benefit, turns, served, now)
    if benefit.codes == Codes.OWN and claiming.are_plain(benefit.as_terms):
        _take_together(benefit, people, served, now)
    else:
        _take_one_by_one(people, served)
    _close(served)
    return served


def _admitted(
    benefit: Benefit, turns: Sequence[tuple[Any, ...]], served: Served, now: datetime
) -> list[Person]:
    """Those whom nothing is held against but the limits and the stock. Who asked in time is in time."""
    if refusal := _closed_to_all(benefit):
        served.answers |= {turn[0]: refusal for turn in turns}
        return []
    terms = benefit.as_terms
    requests = {turn[0]: _request(benefit, terms, turn, now) for turn in turns}
    refused = claiming.check_many(list(requests.values()))
    keys = customers.counting_keys([turn[1] for turn in turns]) if benefit.limits else {}
    admitted = []
    for (turn_id, request), turn in zip(requests.items(), turns, strict=True):
        try:
            check_tap(request.terms, request.because)
            check_claim(
                start_at=benefit.claim_start_at,
                end_at=benefit.claim_end_at,
                frozen=benefit.is_frozen,
                now=turn[-1],
            )
            if found := refused.get(request.customer_id):
                raise found
            admitted.append(_judged(turn_id, request, keys.get(request.customer_id)))
        except Refusal as refusal:
            served.answers[turn_id] = refusal
    return admitted


def _request(benefit: Benefit, terms: BenefitTerms, turn: tuple[Any, ...], now: datetime) -> ClaimRequest:
    _turn_id, customer_id, because, device, address, _asked_at = turn
    return ClaimRequest(
        benefit_id=benefit.pk,
        branch_id=benefit.branch_id,
        subject=benefit.subject,
        terms=terms,
        customer_id=customer_id,
        now=now,
        because=because,
        device=device,
        address=address,
    )


def _judged(turn_id: int, request: ClaimRequest, keys: customers.CountingKeys | None) -> Person:
    judgement = claiming.judge(request)
    if judgement.verdict == Verdict.REFUSE:
        assert judgement.refusal is not None
        raise judgement.refusal
    person = Person(turn_id=turn_id, request=request, judgement=judgement)
    if keys:
        counted_as = CountedAs(branch=str(keys.branch_id), document=keys.document, household=keys.household)
        person.counters = counters_of(request, counted_as)
    return person


def _closed_to_all(benefit: Benefit) -> Refusal | None:
    try:
        compliance.require_not_stopped(subject=benefit.reviewed_as)
    except Refusal as refusal:
        return refusal
    return None if benefit.left else SoldOut(quantity=benefit.quantity)


def _take_one_by_one(people: Sequence[Person], served: Served) -> None:
    for person in people:
        try:
            with transaction.atomic():
                served.answers[person.turn_id] = take(person.request, person.state, person.judgement)
        except Refusal as refusal:
            served.answers[person.turn_id] = refusal


def _take_together(benefit: Benefit, people: Sequence[Person], served: Served, now: datetime) -> None:
    """In order of arrival, as far as limits and stock go."""
    asking = people if benefit.limits else people[: benefit.left]
    written = _write(benefit, asking, now)
    counters = _locked_counters(benefit.pk, asking) if benefit.limits else {}
    winners: list[tuple[Person, int, str]] = []
    losers, early = [], []
    for person in asking:
        found = written.get((person.request.customer_id, person.request.because))
        if found is None:
            early.append(person)
            continue
        refusal = _over_limit(benefit, person, counters)
        if refusal is None and len(winners) == benefit.left:
            refusal = SoldOut(quantity=benefit.quantity)
        if refusal is not None:
            served.answers[person.turn_id] = refusal
            losers.append(found[0])
            continue
        for counter in person.counters:
            counters[counter] += 1
        winners.append((person, *found))
    for person in people[len(asking) :]:
        served.answers[person.turn_id] = SoldOut(quantity=benefit.quantity)
    if losers:
        Claim.objects.filter(pk__in=losers).delete()
    _answer_earlier(benefit.pk, early, served)
    if winners:
        _count_more(benefit.pk, winners)
        _record(winners, left=_take_many(benefit.pk, len(winners)), served=served, now=now)


def _write(
    benefit: Benefit, people: Sequence[Person], now: datetime
) -> dict[tuple[int, str], tuple[int, str]]:
    """Id and code of the claims that are new, by customer and reason."""
    codes = {(person.request.customer_id, person.request.because): new_code() for person in people}
    values: dict[str, Any] = {
        "benefit": benefit.pk,
        "now": now,
        "until": usable_until(benefit.as_terms, now),
        "customers": [person.request.customer_id for person in people],
        "codes": list(codes.values()),
        "becauses": [person.request.because for person in people],
        "states": [person.state.value for person in people],
        "devices": [person.request.device for person in people],
        "addresses": [person.request.address for person in people],
        "counted": [in_json(person.counters) for person in people],
    }
    return {(row[1], row[2]): (row[0], codes[row[1], row[2]]) for row in _rows(INSERT_CLAIMS, values)}


def _locked_counters(benefit_id: int, people: Sequence[Person]) -> Tally[Counter]:
    """What has been taken under each key, locked until the end of the transaction."""
    keys = sorted({counter for person in people for counter in person.counters})
    values: dict[str, Any] = {
        "benefit": benefit_id,
        "scopes": [key.scope for key in keys],
        "keys": [key.key for key in keys],
    }
    return Tally({Counter(scope, key): taken for scope, key, taken in _rows(LOCK_COUNTERS, values)})


def _over_limit(benefit: Benefit, person: Person, counters: Mapping[Counter, int]) -> Refusal | None:
    for counter in person.counters:
        limit = benefit.limits[counter.scope]
        if counters[counter] >= limit:
            return LimitReached(scope=counter.scope, limit=limit)
    return None


def _count_more(benefit_id: int, winners: Sequence[tuple[Person, int, str]]) -> None:
    more = Tally(counter for person, _id, _code in winners for counter in person.counters)
    if more:
        keys = list(more)
        values: dict[str, Any] = {
            "benefit": benefit_id,
            "scopes": [key.scope for key in keys],
            "keys": [key.key for key in keys],
            "by": [more[key] for key in keys],
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT_MORE, values)


def _take_many(benefit_id: int, count: int) -> int:
    """How many are left. One statement decides, and it is the last lock. :raises OutOfDate"""
    rows = _rows(TAKE_MANY, {"benefit": benefit_id, "count": count})
    if not rows:
        raise OutOfDate
    return int(rows[0][0])


def _record(winners: Sequence[tuple[Person, int, str]], *, left: int, served: Served, now: datetime) -> None:
    events = []
    for behind, (person, claim_id, code) in enumerate(reversed(winners)):
        request = person.request.with_claim(claim_id)
        events.append(fact_of(request, person.state, left=left + behind, why=person.judgement.because))
        served.answers[person.turn_id] = Claimed(
            claim_id=claim_id, code=code, claimed_at=now, is_new=True, state=person.state
        )
    facts.record_many(events[::-1], at=now, branch_id=winners[0][0].request.branch_id)


def _answer_earlier(benefit_id: int, people: Sequence[Person], served: Served) -> None:
    """Who has claimed beside the line meanwhile is answered with that claim."""
    for person in people:
        earlier = earlier_claim(benefit_id, person.request.customer_id, person.request.because)
        assert earlier is not None
        served.answers[person.turn_id] = earlier


def _close(served: Served) -> None:
    """A claim is an answer of its own, and its turn goes; a refusal waits until it is told."""
    refused = {turn: answer for turn, answer in served.answers.items() if isinstance(answer, Refusal)}
    Turn.objects.filter(pk__in=[turn for turn in served.answers if turn not in refused]).delete()
    if refused:
        values: dict[str, Any] = {
            "turns": list(refused),
            "told": [json.dumps(told(each)) for each in refused.values()],
        }
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, values)


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
