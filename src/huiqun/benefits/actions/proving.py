"""The ledger's nightly proof."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from huiqun.benefits.events import PointsLedgerChecked
from huiqun.benefits.models import PointsCheck
from huiqun.benefits.queries.points_verify import LedgerProof, prove_ledger
from huiqun.foundation import facts


@transaction.atomic
def check_ledger(*, now: datetime) -> LedgerProof:
    """Prove that the points ledger adds up, and keep what was found: a row for the page, a fact for the auditor."""
    proof = prove_ledger(now=now)
    PointsCheck.objects.create(
        at=now,
        took_ms=proof.took_ms,
        movements=proof.movements,
        lots=proof.lots,
        owed=proof.owed,
        problems=[asdict(problem) for problem in proof.problems],
    )
    event = PointsLedgerChecked(
        movements=proof.movements, lots=proof.lots, owed=proof.owed, problems=len(proof.problems)
    )
    facts.record(event, at=now)
    return proof
