from huiqun.insights.queries.results import CampaignResult, campaign_result

__all__ = ["CampaignResult", "campaign_result"]
