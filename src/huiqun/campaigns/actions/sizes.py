"""The guard over how many a campaign goes to."""

from datetime import datetime

from django.db import transaction

from huiqun.campaigns.actions.opening import lock_campaign
from huiqun.campaigns.events import SizeApproved, SizeLimitsSet
from huiqun.campaigns.models import Campaign, SizeApproval, SizeLimits
from huiqun.campaigns.queries.blocks import authors_of
from huiqun.campaigns.queries.sizes import sizes_of
from huiqun.campaigns.rules import NotApproved
from huiqun.campaigns.size import LimitsOfHeadOffice, SizeBySelf, SizeUnknown, check_size
from huiqun.campaigns.words import State
from huiqun.compliance import queries as reviews
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


def guard_size(campaign: Campaign, *, digest: str, audience: int) -> None:
    """Part of a start: what was frozen against what was approved.

    :raises AudienceMoved, SecondApprovalMissing, SizeUnknown
    """
    sizes = sizes_of(campaign, digest=digest)
    second = sizes.second.audience if sizes.second else None
    check_size(approved=sizes.approved, now=audience, second=second, limits=sizes.limits)


@transaction.atomic
def approve_size(*, campaign_id: int, by: Staff, now: datetime) -> None:
    """A second person answers for how many an approved campaign goes to. Twice is once.

    :raises NotApproved, SizeUnknown, SizeBySelf, NotFound
    """
    campaign = lock_campaign(campaign_id, by)
    approval = reviews.approval_of(campaign.subject)
    if campaign.state != State.APPROVED or approval is None:
        raise NotApproved()
    if by.pk in authors_of(campaign):
        raise SizeBySelf()
    sizes = sizes_of(campaign, digest=approval.digest)
    if sizes.approved is None:
        raise SizeUnknown()
    _, is_new = SizeApproval.objects.get_or_create(
        campaign=campaign,
        digest=approval.digest,
        defaults={"audience": sizes.approved, "by": by, "at": now},
    )
    if is_new:
        fact = SizeApproved(campaign_id=campaign.pk, digest=approval.digest, audience=sizes.approved)
        facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)


@transaction.atomic
def set_size_limits(*, second_from: int, most_percent: int, by: Staff, now: datetime) -> None:
    """:raises LimitsOfHeadOffice"""
    if by.branch is None or by.branch.parent_id is not None:
        raise LimitsOfHeadOffice()
    limits = {"second_from": second_from, "most_percent": most_percent}
    SizeLimits.objects.update_or_create(pk=1, defaults=limits)
    facts.record(SizeLimitsSet(**limits), at=now, by=by, branch_id=by.branch_id)
