"""Stock: partners' codes brought in, one given out with a claim; more pieces within what was approved."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.benefits.events_of_pieces import BenefitToppedUp, CodesBrought
from huiqun.benefits.models import Benefit, CodeImport, CodeState, PoolCode, RefusedCode
from huiqun.benefits.queries.finding import code_index
from huiqun.benefits.queries.stock import free_codes
from huiqun.benefits.rules import BenefitNotFound, Codes
from huiqun.benefits.rules.code_files import KNOWN, TWICE_HERE, CodeLine, read_codes
from huiqun.benefits.rules.refusals_stock import CodesBusy, CodesOut, NotFromPool, TopUpTooLarge
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

CHUNK = 5_000
LOCK = "SELECT pg_advisory_xact_lock(hashtext('benefits.codes'))"
TAKE = """
UPDATE benefits_poolcode SET state = 'taken', claim_id = %(claim)s, taken_at = %(now)s
WHERE id = (SELECT id FROM benefits_poolcode WHERE benefit_id = %(benefit)s AND state = 'free'
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
TAKE_MANY = """
WITH free AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM (
        SELECT id FROM benefits_poolcode WHERE benefit_id = %(benefit)s AND state = 'free'
        ORDER BY id LIMIT %(count)s FOR UPDATE SKIP LOCKED) AS locked
), wanted AS (
    SELECT claim_id, place FROM unnest(%(claims)s::bigint[]) WITH ORDINALITY AS w (claim_id, place)
)
UPDATE benefits_poolcode p SET state = 'taken', claim_id = wanted.claim_id, taken_at = %(now)s
FROM free JOIN wanted USING (place) WHERE p.id = free.id RETURNING p.claim_id
"""


@transaction.atomic
def bring_codes(
    *, benefit_id: int, content: bytes, file_name: str, length: int = 0, by: Staff | None, now: datetime
) -> int:
    """Take a partner's codes in; the import's id. Lines that cannot be taken in are kept with what is wrong.

    Imports wait for each other, so that two files with one code let it in once.
    :raises BenefitNotFound, NotFromPool, CodesUnreadable
    """
    benefit = _of_pool(benefit_id)
    lines = list(read_codes(content, name=file_name, length=length))
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    digest = hashlib.sha256(content).hexdigest()
    brought = CodeImport.objects.create(
        benefit=benefit,
        file_name=file_name[:200],
        file_digest=digest,
        lines=len(lines),
        brought_by=by,
        brought_at=now,
    )
    for start in range(0, len(lines), CHUNK):
        _take_in(brought, lines[start : start + CHUNK])
    brought.save(update_fields=["accepted", "refused"])
    Benefit.objects.filter(pk=benefit_id).update(warned_at=None)
    fact = CodesBrought(
        benefit_id=benefit_id,
        import_id=brought.pk,
        file_digest=digest,
        accepted=brought.accepted,
        refused=brought.refused,
    )
    facts.record(fact, at=now, by=by, branch_id=benefit.branch_id)
    return int(brought.pk)


def _of_pool(benefit_id: int) -> Benefit:
    benefit: Benefit | None = Benefit.objects.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    if benefit.codes != Codes.POOL:
        raise NotFromPool()
    return benefit


def _take_in(brought: CodeImport, lines: Sequence[CodeLine]) -> None:
    indexes = {line.number: code_index(line.code) for line in lines if not line.problem}
    known = {
        bytes(each or b"")
        for each in PoolCode.objects.filter(code_index__in=list(indexes.values())).values_list(
            "code_index", flat=True
        )
    }
    good = [line for line in lines if not line.problem and indexes[line.number] not in known]
    PoolCode.objects.bulk_create(
        PoolCode(
            benefit_id=brought.benefit_id,
            of_import=brought,
            code=line.code,
            code_index=indexes[line.number],
        )
        for line in good
    )
    taken = {line.number for line in good}
    refused = [line for line in lines if line.number not in taken]
    RefusedCode.objects.bulk_create(_refusal(brought, line) for line in refused)
    brought.accepted += len(good)
    brought.refused += len(refused)


def _refusal(brought: CodeImport, line: CodeLine) -> RefusedCode:
    problem = line.problem or KNOWN
    told = f"{problem}|{line.first}" if problem == TWICE_HERE else problem
    return RefusedCode(of_import=brought, line=line.number, shown=masked(line.code), problem=told)


def masked(code: str) -> str:
    """Enough to find the line in one's own file, not enough to use it."""
    return f"{code[:2]}…{code[-2:]}" if len(code) > 6 else "…"


def take_code(*, benefit_id: int, claim_id: int, now: datetime) -> int:
    """Give one free code to a claim, in the claim's own transaction; the code's id.

    One statement decides; codes that others hold at this moment are passed by, so that nobody waits.
    :raises CodesOut, CodesBusy when the last ones are in others' hands
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"benefit": benefit_id, "claim": claim_id, "now": now})
        row = cursor.fetchone()
    if row is None:
        raise CodesBusy() if free_codes(benefit_id) else CodesOut()
    return int(row[0])


def take_codes(*, benefit_id: int, claim_ids: Sequence[int], now: datetime) -> set[int]:
    """Give a code each to many claims of one benefit, in their order; the claims that got one."""
    values: dict[str, Any] = {
        "benefit": benefit_id,
        "claims": list(claim_ids),
        "count": len(claim_ids),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_MANY, values)
        return {int(row[0]) for row in cursor.fetchall()}


def release_code(*, claim_id: int, seen: bool) -> None:
    """A claim's code goes back: to be given out again when nobody has ``seen`` it, else withheld for good."""
    taken = PoolCode.objects.filter(claim_id=claim_id, state=CodeState.TAKEN)
    if seen:
        taken.update(state=CodeState.WITHHELD)
    else:
        taken.update(state=CodeState.FREE, claim=None, taken_at=None)


@transaction.atomic
def top_up(*, benefit_id: int, pieces: int, by: Staff, now: datetime) -> int:
    """Add pieces of the same frozen terms, as many as those terms allow in all; how many there are now.

    :raises BenefitNotFound, TopUpTooLarge
    """
    benefit = Benefit.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    left = benefit.top_up - benefit.added
    if not 0 < pieces <= left or not benefit.is_frozen:
        raise TopUpTooLarge(left=left if benefit.is_frozen else 0)
    benefit.quantity += pieces
    benefit.added += pieces
    benefit.warned_at = None
    benefit.save(update_fields=["quantity", "added", "warned_at"])
    fact = BenefitToppedUp(benefit_id=benefit_id, pieces=pieces, quantity=benefit.quantity)
    facts.record(fact, at=now, by=by, branch_id=benefit.branch_id)
    return int(benefit.quantity)
