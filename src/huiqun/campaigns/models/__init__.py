from huiqun.campaigns.models.blocks import Block, BlockVersion
from huiqun.campaigns.models.campaign import Author, Campaign, KpiTarget, TeamMember, Variant
from huiqun.campaigns.models.participation import Participation
from huiqun.campaigns.models.reach import Estimate, SizeApproval, SizeLimits
from huiqun.campaigns.models.release import Release, ReleaseStage, StageRun

__all__ = [
    "Author",
    "Block",
    "BlockVersion",
    "Campaign",
    "Estimate",
    "KpiTarget",
    "Participation",
    "Release",
    "ReleaseStage",
    "SizeApproval",
    "SizeLimits",
    "StageRun",
    "TeamMember",
    "Variant",
]
