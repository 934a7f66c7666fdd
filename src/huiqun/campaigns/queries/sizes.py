"""How many a campaign goes to, and whether that may start."""

from dataclasses import dataclass
from datetime import date, datetime

from huiqun.audiences import queries as audiences
from huiqun.campaigns.models import Campaign, SizeApproval, SizeLimits
from huiqun.campaigns.size import Limits
from huiqun.compliance import queries as compliance
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import Refusal


def size_limits() -> Limits:
    row = SizeLimits.objects.first() or SizeLimits()
    return Limits(row.second_from, row.most_percent)


def size_today(campaign: Campaign, *, on: date) -> int | None:
    """How many the plan's audience is today, in both arms; None when the lake cannot tell."""
    if campaign.audience_version_id is None:
        return None
    try:
        version = audiences.version(campaign.audience_version_id)
        branch_ids = audiences.branches_below(campaign.branch_id)
        return audiences.count(rule=version.rule, branch_ids=branch_ids, today=on).n
    except Refusal:
        return None


@dataclass(frozen=True)
class Sizes:
    """``approved`` is what the reviewers saw, ``second`` the approval of the size where there is one."""

    approved: int | None
    second: SizeApproval | None
    limits: Limits

    @property
    def needs_second(self) -> bool:
        return self.approved is not None and self.approved >= self.limits.second_from and self.second is None


def sizes_of_dossier(dossier_id: int, *, staff: Staff, now: datetime) -> Sizes | None:
    """What a reviewer sees of it; None for a dossier that is no campaign's."""
    dossier = compliance.visible_dossier(dossier_id, staff, now=now)
    campaign = _campaign_of(dossier.subject)
    return sizes_of(campaign, digest=dossier.digest) if campaign else None


def _campaign_of(subject: str) -> Campaign | None:
    noun, _colon, number = subject.partition(":")
    if noun != "campaign" or not number.isdecimal():
        return None
    campaign: Campaign | None = Campaign.objects.filter(pk=int(number)).first()
    return campaign


def sizes_of(campaign: Campaign, *, digest: str) -> Sizes:
    """Of what was approved under a digest."""
    body = compliance.dossier_body(digest)
    second = SizeApproval.objects.filter(campaign=campaign, digest=digest).select_related("by").first()
    return Sizes((body.get("audience") or {}).get("size"), second, size_limits())
