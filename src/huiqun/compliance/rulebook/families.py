"""Rules come in families: what stands before the dash of their code."""

from collections.abc import Mapping

from huiqun.lib.words import gettext_noop as _

FAMILIES: Mapping[str, str] = {
    "GUA": _("Promises"),
    "PERF": _("Past performance"),
    "ABS": _("Superlatives"),
    "CITE": _("Figures and sources"),
    "RISK": _("Risk warnings"),
    "SUIT": _("Suitability"),
    "CONF": _("Mixing up products"),
    "DEP": _("Deposits"),
    "LOAN": _("Loans"),
    "CARD": _("Credit cards"),
    "INS": _("Insurance"),
    "FUND": _("Funds"),
    "WMP": _("Selling wealth products"),
    "END": _("Endorsement"),
    "GOV": _("The state's authority"),
    "COMP": _("Competition"),
    "PROMO": _("Promotion"),
    "SMS": _("Text messages"),
    "WEB": _("Web and apps"),
    "PRIV": _("Personal information"),
    "SALE": _("Selling"),
    "VAL": _("Good morals"),
    "AIG": _("Generated content"),
    "LAW": _("Law that is cited"),
    "PLAN": _("The plan itself"),
    "COMM": _("Community posts"),
}


def family_of(code: str) -> str:
    return code.partition("-")[0]
