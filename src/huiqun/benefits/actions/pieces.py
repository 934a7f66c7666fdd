"""Taking a piece and putting it back: the statements of a claim, in the order of their locks."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import connection
from django.db.models import F

from huiqun.benefits import claiming
from huiqun.benefits.actions.stock import take_code
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import (
    Attempt,
    BenefitNotFound,
    ClaimRequest,
    ClaimState,
    Codes,
    CountedAs,
    Counter,
    LimitReached,
    SoldOut,
    counters_of,
    piece_number,
    usable_until,
)
from huiqun.customers import queries as customers
from huiqun.foundation.secrets import blind_index

# Without letters and digits that are mistaken for one another at a counter.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
_chance = secrets.SystemRandom()

BENEFIT = "SELECT * FROM benefits_benefit WHERE id = %s"
INSERT_CLAIM = """
INSERT INTO benefits_claim (benefit_id, customer_id, code, because, state, claimed_at, expires_on, ended_because,
                            device, address, counted)
VALUES (%s, %s, %s, %s, %s, %s, %s, '', %s, %s, %s)
ON CONFLICT (benefit_id, customer_id, because) DO NOTHING RETURNING id
"""
COUNT = """
INSERT INTO benefits_quota AS quota (benefit_id, scope, key, taken)
SELECT %(benefit)s, counter ->> 'scope', counter ->> 'key', 1
  FROM jsonb_array_elements(%(counters)s::jsonb) WITH ORDINALITY AS each (counter, place) ORDER BY place
ON CONFLICT (benefit_id, scope, key) DO UPDATE SET taken = quota.taken + 1
   WHERE quota.taken < (%(limits)s::jsonb ->> quota.scope)::integer
RETURNING scope
"""
UNCOUNT = """
UPDATE benefits_quota SET taken = taken - 1 WHERE id IN (
    SELECT quota.id FROM benefits_quota quota JOIN jsonb_array_elements(%(counters)s::jsonb) counter
        ON quota.benefit_id = %(benefit)s AND quota.scope = counter ->> 'scope' AND quota.key = counter ->> 'key'
     WHERE quota.taken > 0 ORDER BY quota.scope, quota.key FOR UPDATE OF quota)
"""
TAKE = """
UPDATE benefits_benefit SET claimed = claimed + 1 WHERE id = %s AND claimed < quantity RETURNING quantity - claimed
"""


def found_benefit(benefit_id: int) -> Benefit:
    """:raises BenefitNotFound"""
    # Said in SQL: to build the same statement anew for each claim costs more than the database needs for it.
    found = list(Benefit.objects.raw(BENEFIT, [benefit_id]))
    if not found:
        raise BenefitNotFound()
    return found[0]


def request_for(
    benefit: Benefit, customer_id: int, attempt: Attempt, now: datetime, *, granted: bool = False
) -> ClaimRequest:
    return ClaimRequest(
        benefit_id=benefit.pk,
        branch_id=benefit.branch_id,
        subject=benefit.subject,
        terms=benefit.as_terms,
        customer_id=customer_id,
        now=now,
        because=attempt.because,
        device=digest_of(attempt.device, "device"),
        address=digest_of(attempt.address, "address"),
        granted=granted,
    )


def digest_of(raw: str, kind: str) -> str:
    """32 characters by which a device or an address is recognised, and that tell nothing else."""
    return blind_index(raw, f"benefits.{kind}").hex() if raw else ""


def new_code() -> str:
    return "".join(_chance.choices(CODE_ALPHABET, k=CODE_LENGTH))


def write_claim(
    request: ClaimRequest, state: ClaimState, counters: Sequence[Counter]
) -> tuple[int, str] | None:
    """The new row's id and code, None when the same piece is there already: whoever was faster has committed."""
    code, expires_on = new_code(), usable_until(request.terms, request.now)
    if state == ClaimState.GRANTED:
        expires_on = request.terms.use_last_date
    row = (
        *(
            request.benefit_id,
            request.customer_id,
            code,
            request.because,
            state.value,
            request.now,
            expires_on,
        ),
        *(request.device, request.address, in_json(counters)),
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT_CLAIM, row)
        found = cursor.fetchone()
    return (found[0], code) if found else None


def counters_for(request: ClaimRequest) -> tuple[Counter, ...]:
    """What the piece counts against. Nothing is read where the terms have no limits. :raises KeyMissing"""
    if not request.terms.limits:
        return ()
    keys = customers.counting_keys([request.customer_id])[request.customer_id]
    counted = CountedAs(branch=str(keys.branch_id), document=keys.document, household=keys.household)
    return counters_of(request, counted)


def count(request: ClaimRequest, counters: Sequence[Counter]) -> None:
    """One statement counts under each limit, or says under which there was nothing left. :raises LimitReached"""
    if not counters:
        return
    limits = request.terms.limits
    values: dict[str, str | int] = {
        "benefit": request.benefit_id,
        "counters": in_json(counters),
        "limits": json.dumps(limits),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        within = {scope for (scope,) in cursor.fetchall()}
    for counter in counters:
        if counter.scope not in within:
            raise LimitReached(scope=counter.scope, limit=limits[counter.scope])


def take_piece(request: ClaimRequest) -> int:
    """How many are left after this one. The last lock, held until the commit. :raises SoldOut"""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [request.benefit_id])
        found = cursor.fetchone()
    if found is None:
        raise SoldOut(quantity=request.terms.quantity)
    return int(found[0])


def complete(request: ClaimRequest) -> None:
    """What comes with the piece once it is the customer's: what is paid and given, and the partner's code. The claim
    keeps a code of its own, by which it is found: the partner's stays encrypted, beside it."""
    if request.terms.codes == Codes.POOL:
        take_code(benefit_id=request.benefit_id, claim_id=request.claim_id, now=request.now)
    claiming.run_steps(request)


def put_back(claim: Claim, *, now: datetime) -> None:
    """A piece goes back where it came from: what was paid, its counters, its place in stock.

    For whoever has just ended the claim by a conditional UPDATE, in that transaction.
    """
    benefit = found_benefit(claim.benefit_id)
    granted = piece_number(claim.because) == 0
    request = request_for(
        benefit, claim.customer_id, Attempt(because=claim.because), now, granted=granted
    ).with_claim(claim.pk)
    claiming.undo_steps(request)
    if claim.counted:
        with connection.cursor() as cursor:
            cursor.execute(UNCOUNT, {"benefit": benefit.pk, "counters": json.dumps(claim.counted)})
    Benefit.objects.filter(pk=benefit.pk, claimed__gt=0).update(claimed=F("claimed") - 1)


def in_json(counters: Sequence[Counter]) -> str:
    return json.dumps([asdict(counter) for counter in counters])
