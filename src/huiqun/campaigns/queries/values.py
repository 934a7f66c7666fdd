"""What copy says that is the same for all customers of a campaign."""

from django.conf import settings

from huiqun.campaigns.models import Campaign
from huiqun.products import queries as products

OPT_OUT_WORDS = "如不希望再收到此类信息,请点击邮件中的退订。"


def fixed_values(campaign: Campaign, *, link: str = "") -> dict[str, str]:
    """The bank, the product, the words of opting out, and ``link`` where one is given."""
    product = products.product(campaign.product_code) if campaign.product_code else None
    values = {
        "bank": settings.HUIQUN_BANK_NAME,
        "product": product.name if product else "",
        "optout": OPT_OUT_WORDS,
    }
    return values | ({"link": link} if link else {})
