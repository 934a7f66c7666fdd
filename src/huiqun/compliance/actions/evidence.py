"""Sealing facts, verifying the seals, and handing evidence out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from huiqun.compliance import seal_keys
from huiqun.compliance.events import EvidenceExported, EvidenceVerified
from huiqun.compliance.models import Dossier, Seal, Verification
from huiqun.compliance.models.evidence import VerificationState
from huiqun.compliance.queries.evidence import examine, fact_leaf
from huiqun.compliance.queries.evidence_bundle import bundle
from huiqun.compliance.rules.evidence import (
    GENESIS,
    DatabaseRewound,
    Problem,
    SealHeader,
    VerificationRunning,
    pack_leaves,
    root_of_hashes,
)
from huiqun.foundation import facts, jobs
from huiqun.foundation.horizon import horizon, next_transaction
from huiqun.foundation.models import Fact, Staff
from huiqun.lib.refusal import NotFound

BATCH = 10_000
SEALER = 7_340_033
"""Advisory lock of the one sealer."""


def seal_facts(*, now: datetime) -> int:
    """Seal all settled facts that are not sealed yet; how many. :raises DatabaseRewound"""
    total = 0
    while sealed := _seal_batch(now):
        total += sealed
    return total


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER])
    upto = horizon()
    last = Seal.objects.defer("leaves").order_by("-number").first()
    start = last.to_xid if last else 0
    if next_transaction() < start:
        raise DatabaseRewound(to_xid=start)
    if upto < start:
        return 0
    rows = list(Fact.objects.filter(xid__gte=start, xid__lt=upto).in_order()[: BATCH + 1])
    if not rows:
        return 0
    rows, end = _whole_transactions(rows, upto)
    _write(rows, last, from_xid=start, to_xid=end, now=now)
    return len(rows)


def _whole_transactions(rows: list[Fact], upto: int) -> tuple[list[Fact], int]:
    """A seal ends between transactions: one too long for a batch is sealed whole."""
    if len(rows) <= BATCH:
        return rows, upto
    by_xid = [(xid, list(group)) for xid, group in groupby(rows, key=lambda fact: fact.xid)]
    if len(by_xid) > 1:
        cut = by_xid[-1][0]
        return [fact for fact in rows if fact.xid < cut], cut
    xid = by_xid[0][0]
    return list(Fact.objects.filter(xid=xid).in_order()), xid + 1


def _write(rows: list[Fact], last: Seal | None, *, from_xid: int, to_xid: int, now: datetime) -> None:
    leaves = [(fact.pk, fact_leaf(fact)) for fact in rows]
    key_id, key = seal_keys.signing_key()
    header = SealHeader(
        number=last.number + 1 if last else 1,
        from_xid=from_xid,
        to_xid=to_xid,
        count=len(rows),
        root=root_of_hashes(leaf for _, leaf in leaves).hex(),
        previous=last.digest if last else GENESIS,
        sealed_at=now.isoformat(timespec="microseconds"),
        key_id=key_id,
    )
    Seal.objects.create(
        number=header.number,
        from_xid=from_xid,
        to_xid=to_xid,
        count=header.count,
        root=header.root,
        previous=header.previous,
        sealed_at=now,
        digest=header.digest(),
        key_id=key_id,
        signature=key.sign(header.canonical()).hex(),
        leaves=pack_leaves(leaves),
    )


def verify_evidence(
    *, anchor: Mapping[str, Any] | None = None, by: Staff | None = None, now: datetime
) -> list[Problem]:
    """Verify everything now and keep the result. ``anchor``: an exported one, as read from its file."""
    row = Verification.objects.create(asked_by=by, anchor=anchor, started_at=now)
    return run_verification(verification_id=row.pk, now=now)


@transaction.atomic
def ask_verification(*, anchor: Mapping[str, Any] | None, by: Staff, now: datetime) -> int:
    """Have a worker verify everything; the verification's id. :raises VerificationRunning"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER + 1])
    if Verification.objects.filter(state=VerificationState.RUNNING).exists():
        raise VerificationRunning()
    row = Verification.objects.create(asked_by=by, anchor=anchor, started_at=now)
    jobs.enqueue("compliance.run_verification", verification_id=row.pk)
    return int(row.pk)


def run_verification(*, verification_id: int, now: datetime) -> list[Problem]:
    """Outside one long transaction, which would hold up everybody who waits for settled facts."""
    row = Verification.objects.filter(pk=verification_id).first()
    if row is None:
        raise NotFound()
    try:
        report = examine(anchor=row.anchor)
    except Exception:
        Verification.objects.filter(pk=verification_id).update(
            state=VerificationState.FAILED, finished_at=now
        )
        raise
    row.problems = [{"code": each.code, "values": dict(each.values)} for each in report.problems]
    row.state = VerificationState.PROBLEMS if report.problems else VerificationState.CLEAN
    row.seals, row.facts, row.ledger_batches = report.seals, report.facts, report.ledger_batches
    row.finished_at = now
    _keep(row, now)
    return report.problems


@transaction.atomic
def _keep(row: Verification, now: datetime) -> None:
    row.save()
    event = EvidenceVerified(
        verification_id=row.pk,
        seals=row.seals,
        facts=row.facts,
        ledger_batches=row.ledger_batches,
        problems=len(row.problems),
    )
    facts.record(event, at=now, by=row.asked_by)


def export_evidence(*, subject: str, by: Staff, now: datetime) -> bytes:
    """A zip of all evidence about one subject, with a verifier that needs no database. :raises NotFound"""
    seen = Dossier.objects.visible_to(by).filter(subject=subject).first()
    if seen is None:
        raise NotFound()
    seal_facts(now=now)
    archive, fact_count = bundle(subject=subject, now=now)
    _tell_export(seen, archive, fact_count, by=by, now=now)
    return archive


@transaction.atomic
def _tell_export(dossier: Dossier, archive: bytes, fact_count: int, *, by: Staff, now: datetime) -> None:
    event = EvidenceExported(
        reviewed=dossier.subject, zip_digest=hashlib.sha256(archive).hexdigest(), facts=fact_count
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)
