"""Groups of linked customers: found every night, told by others, found harmless by a person."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.risk.actions.cases import check_officer
from huiqun.risk.events import RingDismissed, RingFound
from huiqun.risk.models import Ring, RingMember
from huiqun.risk.rules.clusters import MOST_SHARERS, clusters
from huiqun.risk.rules.refusals import ReasonMissing, RingNotFound
from huiqun.risk.rules.states import RingKind

LOOKED_BACK = timedelta(days=30)
# Keys that at least two and not too many customers share; addresses are places and left out.
SHARED = f"""
SELECT kind, key, array_agg(customer_id) FROM (
    SELECT DISTINCT 'device' AS kind, device AS key, customer_id FROM risk_judgement
     WHERE device <> '' AND at > %(since)s AND at <= %(now)s
    UNION ALL
    SELECT DISTINCT 'payee', payee, customer_id FROM risk_judgement
     WHERE payee <> '' AND at > %(since)s AND at <= %(now)s
    UNION ALL
    SELECT DISTINCT 'document', document, customer_id FROM risk_judgement
     WHERE document <> '' AND at > %(since)s AND at <= %(now)s
) used GROUP BY kind, key HAVING count(*) BETWEEN 2 AND {MOST_SHARERS}
"""


@transaction.atomic
def find_rings(*, now: datetime) -> int:
    """Look for groups among the claims of the last month; how many were new."""
    sharers: dict[Hashable, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SHARED, {"since": now - LOOKED_BACK, "now": now})
        for kind, key, who in cursor.fetchall():
            sharers[(kind, key)] = list(who)
    return sum(
        _note(RingKind.SHARED, found.members, now, shared=found.shared, density=found.density)
        for found in clusters(sharers)
    )


@transaction.atomic
def note_circle(*, customer_ids: Iterable[int], now: datetime) -> bool:
    """Others found customers who brought each other in a circle; whether that is new."""
    return _note(RingKind.CIRCLE, frozenset(customer_ids), now, shared=0, density=1.0)


def _note(kind: RingKind, members: frozenset[int], now: datetime, *, shared: int, density: float) -> bool:
    name = digest([kind, sorted(members)])
    ring, is_new = Ring.objects.get_or_create(
        members_digest=name,
        defaults={
            "kind": kind,
            "size": len(members),
            "shared": shared,
            "density": density,
            "found_at": now,
        },
    )
    if is_new:
        RingMember.objects.bulk_create(
            RingMember(ring=ring, customer_id=each, size=len(members)) for each in sorted(members)
        )
        facts.record(RingFound(ring_id=ring.pk, ring_kind=kind, members=len(members)), at=now)
    return bool(is_new)


@transaction.atomic
def dismiss_ring(*, ring_id: int, reason: str, by: Staff, now: datetime) -> None:
    """A family, a team: it counts no more, nor when it is found again. :raises RingNotFound, ReasonMissing, NotYours"""
    check_officer(by)
    ring = Ring.objects.select_for_update().filter(pk=ring_id).first()
    members = list(ring.members.values_list("customer_id", flat=True)) if ring else []
    if ring is None or not customers.customer_cards(ids=members, staff=by):
        raise RingNotFound()
    if not reason.strip():
        raise ReasonMissing()
    ring.dismissed_by, ring.dismissed_at, ring.dismiss_reason = by, now, reason.strip()
    ring.save(update_fields=["dismissed_by", "dismissed_at", "dismiss_reason"])
    ring.members.update(size=0)
    facts.record(RingDismissed(ring_id=ring_id, reason=reason.strip()), at=now, by=by, branch_id=by.branch_id)
