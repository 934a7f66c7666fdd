"""The words a copy is judged under: product kinds, channels, risk levels."""

from collections.abc import Mapping

from huiqun.lib.words import gettext_noop as _

PRODUCT_KINDS: Mapping[str, str] = {
    "deposit": _("Deposit"),
    "structured_deposit": _("Structured deposit"),
    "wealth": _("Wealth management product"),
    "fund": _("Fund"),
    "insurance": _("Insurance"),
    "precious_metal": _("Precious metal"),
    "loan": _("Loan"),
    "credit_card": _("Credit card"),
    "activity": _("Activity or benefit"),
    "brand": _("Brand, no product"),
}

CHANNELS: Mapping[str, str] = {
    "sms": _("SMS"),
    "email": _("E-mail"),
    "wechat_title": _("WeChat article title"),
    "wechat_article": _("WeChat article"),
    "moments": _("WeChat Moments"),
    "group_chat": _("Group chat"),
    "app_push": _("App push"),
    "h5": _("Web page (H5)"),
    "douyin": _("Short video script"),
    "poster": _("Poster"),
}

PROFILES: Mapping[str, str] = {
    "publication": _("What the bank publishes"),
    "community": _("What customers write in a community"),
}

RISK_LEVELS = (1, 2, 3, 4, 5)


def risk_level(given: object) -> int | None:
    """R3, 3 or "3" as 3; NA, empty and nothing as unknown."""
    digits = str(given or "").upper().removeprefix("R")
    return int(digits) if digits in map(str, RISK_LEVELS) else None


INVESTMENTS = frozenset({"wealth", "fund", "insurance", "structured_deposit", "precious_metal"})


def judged_as(channel: str) -> frozenset[str]:
    """The channels whose rules apply: e-mail is a web page that arrives like a message."""
    return frozenset({"h5", "email"}) if channel == "email" else frozenset({channel})
