"""Members tell the bank of what should not be there."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from huiqun.communities.actions.cases import open_case
from huiqun.communities.actions.commenting import shown_placement
from huiqun.communities.actions.pacing import spend
from huiqun.communities.actions.posting import seat
from huiqun.communities.events import WordsReported
from huiqun.communities.models import Case, Comment
from huiqun.communities.rules.cleaning import clean, masked
from huiqun.communities.rules.kinds import ReportReason, State
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.refusals import OwnWords, PostNotFound
from huiqun.foundation import facts

GRAVE = frozenset({ReportReason.FRAUD, ReportReason.PRIVACY})


@transaction.atomic
def report_words(
    *,
    placement_id: int,
    comment_id: int | None = None,
    customer_id: int,
    reason: str,
    words: str = "",
    now: datetime,
) -> int:
    """Put a post or comment before the bank's people; the case. Who reports twice is heard once.

    :raises PostNotFound, NotAMember, OwnWords, TooFast
    """
    placement = shown_placement(placement_id)
    member = seat(group_id=placement.group_id, customer_id=customer_id)
    comment = None
    if comment_id is not None:
        comment = Comment.objects.filter(pk=comment_id, placement=placement, state=State.SHOWN).first()
        if comment is None:
            raise PostNotFound()
    if (comment or placement).customer_id == customer_id:
        raise OwnWords()
    reason = reason if reason in set(ReportReason) else ReportReason.OTHER
    spend(customer_id=customer_id, what="report", new=is_new(member.joined_at, now), now=now)
    about = None if comment else placement.post
    case = open_case(
        group_id=placement.group_id,
        post=about,
        comment=comment,
        placement=placement,
        grave=reason in GRAVE,
        now=now,
    )
    if _tell(case, customer_id, reason, masked(clean(words))[:200], now):
        event = WordsReported(
            post_id=placement.post_id,
            comment_id=comment_id or 0,
            group_id=placement.group_id,
            case_id=case.pk,
            customer_id=customer_id,
            reason=reason,
        )
        facts.record(event, at=now, branch_id=member.group.branch_id)
    return int(case.pk)


def _tell(case: Case, customer_id: int, reason: str, words: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO communities_report (case_id, customer_id, reason, words, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (case_id, customer_id) DO NOTHING RETURNING id",
            [case.pk, customer_id, reason, words, now],
        )
        if cursor.fetchone() is None:
            return False
    grave = {"grave": True} if reason in GRAVE else {}
    Case.objects.filter(pk=case.pk).update(reports=F("reports") + 1, **grave)
    return True
