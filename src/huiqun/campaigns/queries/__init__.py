from huiqun.campaigns.queries.campaigns import (
    CampaignFacts,
    campaign_facts,
    campaign_list,
    campaigns_with_audience,
    visible_campaign,
)
from huiqun.campaigns.queries.participation import participants

__all__ = [
    "CampaignFacts",
    "campaign_facts",
    "campaign_list",
    "campaigns_with_audience",
    "participants",
    "visible_campaign",
]
