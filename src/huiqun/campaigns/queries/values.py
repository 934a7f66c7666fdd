"""What copy says that is the same for all customers of a campaign."""

from django.conf import settings

from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.links import link_names
from huiqun.lib.channels import Channel
from huiqun.products import queries as products

OPT_OUT_WORDS = {
    Channel.EMAIL.value: "如不希望再收到此类信息,请点击邮件中的退订。",
    Channel.SMS.value: "拒收请回复R",
}
"""As previews show them; what is sent has the channel's own, which delivery knows."""


def fixed_values(campaign: Campaign) -> dict[str, str]:
    """The bank and the product."""
    product = products.product(campaign.product_code) if campaign.product_code else None
    return {"bank": settings.HUIQUN_BANK_NAME, "product": product.name if product else ""}


def preview_values(campaign: Campaign, *, channel: str, link: str) -> dict[str, str]:
    """The same, with what a message of a channel says at its end."""
    opt_out = OPT_OUT_WORDS.get(channel, OPT_OUT_WORDS[Channel.EMAIL.value])
    short = link.replace("/m/", "/l/").rstrip("/")
    return {
        **fixed_values(campaign),
        "optout": opt_out,
        "link": link,
        **dict.fromkeys(link_names(campaign), short),
    }
