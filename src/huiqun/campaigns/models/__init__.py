from huiqun.campaigns.models.campaign import Author, Campaign, KpiTarget, TeamMember, Variant
from huiqun.campaigns.models.participation import Participation

__all__ = ["Author", "Campaign", "KpiTarget", "Participation", "TeamMember", "Variant"]
