"""Suppressions that another system tells us of: they never weaken what stands already."""

from datetime import datetime

from django.db import transaction

from huiqun.delivery.actions.suppressions import suppress
from huiqun.delivery.events import CustomerSuppressed
from huiqun.delivery.models import Suppression
from huiqun.delivery.models.people import COMPLAINED
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def suppress_no_less(
    *, customer_id: int, channel: str, reason: str, until_at: datetime | None, by: Staff, now: datetime
) -> tuple[Suppression, bool]:
    """Suppress a customer; the row, and whether that changed anything. A shorter one does not replace a longer one,
    and a complaint stays a complaint. One that has ended begins anew."""
    rows = Suppression.objects.filter(customer_id=customer_id, channel=channel)
    row = rows.select_for_update().first()
    if row is not None and row.until_at is not None and row.until_at <= now:
        row.delete()
        row = None
    if row is not None:
        until_at = None if None in (row.until_at, until_at) else max(row.until_at, until_at)  # type: ignore[type-var]
        reason = row.reason if row.reason == COMPLAINED else reason
        if (row.reason, row.until_at) == (reason, until_at):
            return row, False
    is_new = suppress(
        customer_id=customer_id, channel=channel, reason=reason, until_at=until_at, by=by, now=now
    )
    if not is_new:
        fact = CustomerSuppressed(customer_id=customer_id, channel=channel, reason=reason, dropped=0)
        facts.record(fact, at=now, by=by)
    return rows.get(), True
