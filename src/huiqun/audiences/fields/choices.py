"""Codes in the lake and what the bank calls them."""

from collections.abc import Mapping

from huiqun.foundation import lake
from huiqun.foundation.fields import Choice
from huiqun.lib.words import gettext_noop as _

SEX = (Choice(value="F", label=_("Female")), Choice(value="M", label=_("Male")))

RISK_LEVELS = (
    Choice(value=1, label=_("C1 conservative")),
    Choice(value=2, label=_("C2 steady")),
    Choice(value=3, label=_("C3 balanced")),
    Choice(value=4, label=_("C4 growth")),
    Choice(value=5, label=_("C5 aggressive")),
)

LIFECYCLES = (
    Choice(value="new", label=_("New customer")),
    Choice(value="growing", label=_("Growing")),
    Choice(value="mature", label=_("Mature")),
    Choice(value="at_risk", label=_("At risk of leaving")),
    Choice(value="dormant", label=_("Dormant")),
)

MONTHS = (
    Choice(value="this", label=_("this month")),
    Choice(value="next", label=_("next month")),
    Choice(value=1, label=_("January")),
    Choice(value=2, label=_("February")),
    Choice(value=3, label=_("March")),
    Choice(value=4, label=_("April")),
    Choice(value=5, label=_("May")),
    Choice(value=6, label=_("June")),
    Choice(value=7, label=_("July")),
    Choice(value=8, label=_("August")),
    Choice(value=9, label=_("September")),
    Choice(value=10, label=_("October")),
    Choice(value=11, label=_("November")),
    Choice(value=12, label=_("December")),
)

PRODUCT_KINDS = (
    Choice(value="deposit", label=_("Deposit")),
    Choice(value="structured_deposit", label=_("Structured deposit")),
    Choice(value="wealth", label=_("Wealth management product")),
    Choice(value="fund", label=_("Fund")),
    Choice(value="insurance", label=_("Insurance")),
    Choice(value="precious_metal", label=_("Precious metal")),
    Choice(value="loan", label=_("Loan")),
    Choice(value="credit_card", label=_("Credit card")),
    Choice(value="foreign_exchange", label=_("Foreign exchange")),
)


def with_own(
    dataset: str, known: tuple[Choice, ...], own: Mapping[str, Mapping[str, str]]
) -> tuple[Choice, ...]:
    """What is known with the bank's own kinds of events; a kind that is known may be called otherwise."""
    labels = dict(own.get(dataset, {}))
    named = (Choice(value=each.value, label=labels.pop(str(each.value), each.label)) for each in known)
    return (*named, *(Choice(value=code, label=label) for code, label in labels.items()))


_TRANSACTION_KINDS = (
    Choice(value="spend", label=_("Spending")),
    Choice(value="salary", label=_("Salary received")),
    Choice(value="deposit_in", label=_("Money paid in")),
    Choice(value="buy", label=_("Product bought")),
    Choice(value="redeem", label=_("Product redeemed")),
    Choice(value="plan_paused", label=_("Fund plan paused")),
    Choice(value="plan_started", label=_("Fund plan started")),
    Choice(value="account_opened", label=_("Account opened")),
    Choice(value="subscribe", label=_("Subscribed")),
)

TRANSACTION_KINDS = with_own("transactions", _TRANSACTION_KINDS, lake.CATALOGUE.event_kinds)

_APP_KINDS = (
    Choice(value="login", label=_("App login")),
    Choice(value="view", label=_("App page viewed")),
    Choice(value="search", label=_("App search")),
)

APP_KINDS = with_own("app_events", _APP_KINDS, lake.CATALOGUE.event_kinds)

TOPICS = (
    Choice(value="wealth", label=_("Wealth management")),
    Choice(value="fund", label=_("Funds")),
    Choice(value="deposit", label=_("Deposits")),
    Choice(value="credit_card", label=_("Credit cards")),
    Choice(value="loan", label=_("Loans")),
    Choice(value="insurance", label=_("Insurances")),
    Choice(value="pension", label=_("Pension finance")),
    Choice(value="study_abroad", label=_("Study-abroad finance")),
    Choice(value="precious_metal", label=_("Precious metals")),
    Choice(value="benefits", label=_("Benefits and offers")),
)

TOPIC_ONLY = tuple(topic for topic in TOPICS if topic.value not in {kind.value for kind in PRODUCT_KINDS})
"""Topics that are not kinds of products as well."""

TOUCH_KINDS = (
    Choice(value="sent", label=_("Message received")),
    Choice(value="opened", label=_("Message opened")),
    Choice(value="clicked", label=_("Link opened")),
    Choice(value="joined", label=_("Took part in a campaign")),
    Choice(value="interested", label=_("Asked for a campaign's product")),
    Choice(value="converted", label=_("Converted in a campaign")),
    Choice(value="claimed", label=_("Benefit claimed")),
    Choice(value="used", label=_("Benefit used")),
    Choice(value="complained", label=_("Complained")),
    Choice(value="unsubscribed", label=_("Unsubscribed")),
)

PERIODS = (
    Choice(value="last", label=_("the last full months")),
    Choice(value="this", label=_("up to today")),
    Choice(value="year_before", label=_("the same full months a year before")),
)

DEEDS = tuple(
    Choice(value=f"{dataset}.{choice.value}", label=choice.label)
    for dataset, kinds in (
        ("transactions", TRANSACTION_KINDS),
        ("app_events", APP_KINDS),
        ("touches", TOUCH_KINDS),
    )
    for choice in kinds
)
