"""Lists that leave the house, and the fact that they did."""

from datetime import datetime

from django.db import transaction

from huiqun.benefits.events_of_pieces import ClaimsExported
from huiqun.benefits.rules.refusals_life import ExportPurposeMissing
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def note_export(*, count: int, purpose: str, by: Staff, now: datetime) -> None:
    """Somebody takes a list of claims away. :raises ExportPurposeMissing"""
    if not purpose.strip():
        raise ExportPurposeMissing()
    fact = ClaimsExported(count=count, purpose=purpose.strip()[:200])
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
