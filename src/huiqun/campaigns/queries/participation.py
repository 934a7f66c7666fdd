"""Who took part, for those who count."""

from huiqun.campaigns.models import Participation
from huiqun.lib.days import local_date


def participants(*, campaign_id: int, kind: str) -> list[tuple[int, str]]:
    """(customer id, local day) of everybody who did ``kind`` on the campaign's page, in order of time."""
    rows = Participation.objects.filter(campaign_id=campaign_id, kind=kind).order_by("at", "pk")
    return [(customer, local_date(at).isoformat()) for customer, at in rows.values_list("customer_id", "at")]
