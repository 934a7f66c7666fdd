"""Reading pledges: for staff, and the tally that anybody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from huiqun.benefits.models import Pledge, PledgeDay, PledgeTransfer
from huiqun.benefits.rules.pledges import PledgeNotFound, PledgeState
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import ScopedQuerySet

PUBLIC = (PledgeState.OPEN, PledgeState.SETTLED)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What anybody may know of a pledge: no more than sums and the digests of receipts."""

    pledge: Pledge
    due_fen: int
    paid_fen: int
    transfers: Sequence[PledgeTransfer]
    months: Sequence[tuple[date, int]]

    @property
    def of_cap(self) -> float:
        return self.due_fen / self.pledge.cap_fen


def pledge_rows(*, staff: Staff, words: str = "", state: str = "") -> ScopedQuerySet:
    rows: ScopedQuerySet = Pledge.objects.visible_to(staff).select_related("branch")
    if words:
        rows = rows.filter(name__icontains=words)
    return rows.filter(state=state) if state else rows


def visible_pledge(pledge_id: int, staff: Staff) -> Pledge:
    """:raises PledgeNotFound outside the person's branches"""
    rows = Pledge.objects.visible_to(staff).select_related(
        "branch", "author", "submitter", "approver", "benefit"
    )
    found: Pledge | None = rows.filter(pk=pledge_id).first()
    if found is None:
        raise PledgeNotFound()
    return found


def public_pledge(pledge_id: int) -> Pledge:
    """:raises PledgeNotFound while it is not public"""
    found: Pledge | None = Pledge.objects.filter(pk=pledge_id, state__in=PUBLIC).first()
    if found is None:
        raise PledgeNotFound()
    return found


def tally(pledge: Pledge) -> Tally:
    transfers = list(PledgeTransfer.objects.filter(pledge=pledge).defer("file").order_by("paid_on", "id"))
    by_month: dict[date, int] = {}
    for day, count in PledgeDay.objects.filter(pledge=pledge).order_by("day").values_list("day", "count"):
        month = day.replace(day=1)
        by_month[month] = by_month.get(month, 0) + count
    return Tally(
        pledge=pledge,
        due_fen=pledge.due_fen,
        paid_fen=sum(transfer.amount_fen for transfer in transfers),
        transfers=transfers,
        months=list(by_month.items()),
    )


def visible_transfer(transfer_id: int, staff: Staff) -> PledgeTransfer:
    """With its receipt. :raises PledgeNotFound outside the person's branches"""
    pledges = Pledge.objects.visible_to(staff)
    found: PledgeTransfer | None = PledgeTransfer.objects.filter(pk=transfer_id, pledge__in=pledges).first()
    if found is None:
        raise PledgeNotFound()
    return found


def paid_by_pledge(ids: Sequence[int]) -> dict[int, int]:
    rows = PledgeTransfer.objects.filter(pledge__in=ids).values_list("pledge").annotate(sum=Sum("amount_fen"))
    return dict(rows.order_by())
