"""Appeals, for those who decide on them."""

from typing import Any

from huiqun.benefits.models import AppealState, ClaimAppeal
from huiqun.foundation.models import Staff

MOST = 50


def open_appeals(staff: Staff) -> list[ClaimAppeal]:
    rows: Any = ClaimAppeal.objects.visible_to(staff).filter(state=AppealState.OPEN)
    return list(rows.select_related("claim__benefit").order_by("pk")[:MOST])


def appeal_of(claim_id: int) -> ClaimAppeal | None:
    found: ClaimAppeal | None = (
        ClaimAppeal.objects.select_related("decided_by").filter(claim_id=claim_id).first()
    )
    return found
