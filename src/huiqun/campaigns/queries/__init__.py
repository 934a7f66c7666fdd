from huiqun.campaigns.queries.campaigns import (
    CampaignFacts,
    campaign_facts,
    campaign_list,
    visible_campaign,
)
from huiqun.campaigns.queries.participation import participants

__all__ = ["CampaignFacts", "campaign_facts", "campaign_list", "participants", "visible_campaign"]
