"""A note to one person. Posts make none."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.communities.models import Note

KEPT = timedelta(days=180)


def note(
    *,
    customer_id: int | None,
    kind: str,
    group_id: int,
    now: datetime,
    placement_id: int | None = None,
    case_id: int | None = None,
    words: str = "",
) -> None:
    """In the caller's transaction; nobody is told of what is the bank's own."""
    if customer_id is None:
        return
    Note.objects.create(
        customer_id=customer_id,
        kind=kind,
        group_id=group_id,
        placement_id=placement_id,
        case_id=case_id,
        words=words,
        at=now,
    )


@transaction.atomic
def read_notes(*, customer_id: int, now: datetime) -> int:
    """All of a person's notes count as seen; how many were new."""
    return int(Note.objects.filter(customer_id=customer_id, read_at__isnull=True).update(read_at=now))


def forget_notes(*, now: datetime) -> int:
    return int(Note.objects.filter(at__lt=now - KEPT).delete()[0])
