"""Who is in a snapshot, read page by page by a program: for a purpose, and never without a fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from huiqun.audiences.events import SnapshotMembersRead
from huiqun.audiences.exports import PURPOSES
from huiqun.audiences.queries.snapshots import snapshot, snapshot_batches
from huiqun.audiences.refusals import PurposeMissing
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@dataclass(frozen=True)
class SnapshotMember:
    number: str
    arm: str


@dataclass(frozen=True, kw_only=True)
class MembersPage:
    """``last`` is the customer after whom the next page begins; 0 on the last page."""

    members: tuple[SnapshotMember, ...]
    last: int


@transaction.atomic
def read_snapshot_members(
    *, snapshot_id: int, after: int, size: int, purpose: str, api_key_id: int, by: Staff, now: datetime
) -> MembersPage:
    """Members after customer ``after``, in the order of their ids. That they left is recorded with them. Whose data
    was erased is left out.

    :raises NotFound, PurposeMissing, SnapshotDamaged
    """
    if purpose not in PURPOSES:
        raise PurposeMissing()
    of = snapshot(snapshot_id, by)
    rows = list(islice(_rows(snapshot_id, after, size + 1), size + 1))
    page = rows[:size]
    ids = {each for each, _arm in page} - set(customers.erased_ids())
    numbers = customers.numbers_by_id(sorted(ids), staff=by)
    found = tuple(SnapshotMember(numbers[each], arm) for each, arm in page if each in numbers)
    event = SnapshotMembersRead(
        snapshot_id=snapshot_id,
        api_key_id=api_key_id,
        purpose=purpose,
        count=len(found),
        is_first=after == 0,
        masked=not customers.sees_numbers(by),
    )
    facts.record(event, at=now, by=by, branch_id=of.branch_id)
    return MembersPage(members=found, last=page[-1][0] if len(rows) > size else 0)


def _rows(snapshot_id: int, after: int, size: int) -> Iterator[tuple[int, str]]:
    for batch in snapshot_batches(snapshot_id, after=after, size=size):
        yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
