"""Opening a case for a person of the bank to decide."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from huiqun.communities.models import Case, Comment, Placement, Post
from huiqun.compliance import queries as compliance


def open_case(
    *,
    group_id: int,
    post: Post | None = None,
    comment: Comment | None = None,
    placement: Placement | None = None,
    findings: Iterable[compliance.Finding] = (),
    reasons: Sequence[str] = (),
    grave: bool = False,
    now: datetime,
) -> Case:
    """One open case for one thing: when there is one, it is that one."""
    words = comment or post
    assert words is not None
    about = {"post": None if comment else post, "comment": comment}
    case: Case
    case, _made = Case.objects.get_or_create(
        **about,
        decided_at=None,
        defaults={
            "group_id": group_id,
            "placement": placement,
            "customer_id": words.customer_id,
            "findings": [finding.as_dict() for finding in findings],
            "reasons": list(reasons),
            "grave": grave,
            "opened_at": now,
        },
    )
    return case
