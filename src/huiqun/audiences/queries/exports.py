"""Who took an audience's members out of the system, and what for."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiqun.audiences.exports import PURPOSES
from huiqun.audiences.queries.audiences import audience
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class Export:
    at: datetime
    by: str
    purpose: str
    reason: str
    n: int
    mark: str


def exports_of(*, audience_id: int, staff: Staff, limit: int = 20) -> tuple[Export, ...]:
    """Newest first. :raises NotFound"""
    audience(audience_id, staff)
    rows = facts.about("audience", audience_id).filter(kind="audiences.MembersExported")[:limit]
    return tuple(
        Export(
            at=row.at,
            by=row.by.full_name if row.by else "",
            purpose=_(PURPOSES.get(row.body["purpose"], row.body["purpose"])),
            reason=row.body["reason"],
            n=row.body["count"],
            mark=row.body["mark"],
        )
        for row in rows
    )
