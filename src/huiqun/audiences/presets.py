"""Audiences to start from: what banks ask for most, each with what it means and what to mind."""

from dataclasses import dataclass
from typing import Any

from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Preset:
    """``capability`` is the line of the list of capabilities that it serves, if it is one of those."""

    key: str
    title: str
    explanation: str
    rule: dict[str, Any]
    group: str
    capability: str = ""


AGES = _("Age bands")
STAGES = _("Lifecycle stages")
ASSETS = _("Assets and products")
TRIGGERS = _("Behaviour")


def _leaf(field: str, op: str, value: Any, **arguments: Any) -> dict[str, Any]:
    leaf = {"field": field, "op": op, "value": value}
    return {**leaf, "with": arguments} if arguments else leaf


def _age(low: int, high: int) -> dict[str, Any]:
    return _leaf("profile.age", "between", [low, high])


def _stage(code: str) -> dict[str, Any]:
    return _leaf("profile.lifecycle", "eq", code)


PRESETS: tuple[Preset, ...] = (
    Preset(
        key="young",
        capability="C2",
        group=AGES,
        title=_("Young customers, 18 to 30"),
        explanation=_("They value convenience and price, pay by phone and start with small amounts."),
        rule=_age(18, 30),
    ),
    Preset(
        key="middle",
        capability="C3",
        group=AGES,
        title=_("Middle-aged customers, 31 to 45"),
        explanation=_("Family finance and loans; interested in insurance and funds."),
        rule=_age(31, 45),
    ),
    Preset(
        key="older",
        capability="C4",
        group=AGES,
        title=_("Older customers, 46 and over"),
        explanation=_(
            "They value safety and steady returns. This is a marketing group: the elderly whom the rules"
            " protect in particular are those of 60 or 65 and over, and are judged by their own age."
        ),
        rule=_leaf("profile.age", "gte", 46),
    ),
    Preset(
        key="young_without_card",
        capability="C5",
        group=AGES,
        title=_("Key group: young app users without a credit card"),
        explanation=_(
            "For a co-brand card or a finance course: 18 to 30, in the app at least four times in 30 days."
        ),
        rule={
            "all": [
                _age(18, 30),
                _leaf("app_events.count", "gte", 4, days=30),
                _leaf("holdings.products", "eq", 0, product_kind=["credit_card"]),
            ]
        },
    ),
    Preset(
        key="new",
        capability="C6",
        group=STAGES,
        title=_("New customers"),
        explanation=_("In the first stage after opening the account: a welcome and a first experience."),
        rule=_stage("new"),
    ),
    Preset(
        key="growing",
        capability="C7",
        group=STAGES,
        title=_("Growing customers"),
        explanation=_("Assets and products are increasing: tiered benefits show what comes next."),
        rule=_stage("growing"),
    ),
    Preset(
        key="mature",
        capability="C8",
        group=STAGES,
        title=_("Mature customers"),
        explanation=_("A stable relationship: a quarterly review of assets and their own benefits."),
        rule=_stage("mature"),
    ),
    Preset(
        key="at_risk",
        capability="C9",
        group=STAGES,
        title=_("Customers about to leave"),
        explanation=_("Marked as at risk by the bank, or half of the assets gone within 90 days."),
        rule={"any": [_stage("at_risk"), _leaf("aum.change", "lte", -50, days=90)]},
    ),
    Preset(
        key="dormant",
        capability="C10",
        group=STAGES,
        title=_("Dormant accounts"),
        explanation=_("Marked as dormant by the bank: wake them before the account is closed."),
        rule=_stage("dormant"),
    ),
    Preset(
        key="women_spending",
        capability="C11",
        group=TRIGGERS,
        title=_("Women of 25 to 40 who spend more than 5,000 yuan a month"),
        explanation=_("Spending in the last 30 days, for instance for the month of women's benefits."),
        rule={
            "all": [
                _leaf("profile.sex", "eq", "F"),
                _age(25, 40),
                _leaf("transactions.sum", "gt", 5000, days=30, kind=["spend"]),
            ]
        },
    ),
    Preset(
        key="paused_plan",
        capability="C13",
        group=TRIGGERS,
        title=_("Paused a fund plan"),
        explanation=_(
            "Paused in the last 90 days and not started again since. A falling market is no reason to press:"
            " suitability is judged for each person, and the copy needs its risk warning."
        ),
        rule=_leaf(
            "sequence.not_since",
            "eq",
            True,
            **{
                "days": 90,
                "did": "transactions.plan_paused",
                "did_about": ["fund"],
                "not": "transactions.plan_started",
            },
        ),
    ),
    Preset(
        key="study_abroad",
        capability="C14",
        group=TRIGGERS,
        title=_("Looked at study-abroad finance"),
        explanation=_("At least twice in 30 days, without having bought foreign currency in that time."),
        rule={
            "all": [
                _leaf(
                    "app_events.count",
                    "gte",
                    2,
                    days=30,
                    kind=["view", "search"],
                    topic=["study_abroad", "留学金融"],
                ),
                _leaf(
                    "transactions.count", "eq", 0, days=30, kind=["buy"], product_kind=["foreign_exchange"]
                ),
            ]
        },
    ),
    Preset(
        key="assets_halved",
        group=ASSETS,
        title=_("Assets halved in 90 days"),
        explanation=_(
            "Month-end assets against those of 90 days before; customers without earlier assets are left out."
        ),
        rule=_leaf("aum.change", "lte", -50, days=90),
    ),
    Preset(
        key="seniors_maturing",
        group=ASSETS,
        title=_("Seniors whose deposit matures soon"),
        explanation=_(
            "60 and over, at least 50,000 yuan of deposits maturing within 30 days. Mind the protection of the elderly."
        ),
        rule={
            "all": [
                _leaf("profile.age", "gte", 60),
                _leaf("holdings.maturing", "gte", 50000, days=30, product_kind=["deposit"]),
            ]
        },
    ),
    Preset(
        key="no_second_product",
        group=ASSETS,
        title=_("New customers without a second product"),
        explanation=_("Opened within the last 30 days and holding fewer than two kinds of products."),
        rule={"all": [_leaf("profile.opened", "last_days", 30), _leaf("holdings.kinds", "lt", 2)]},
    ),
    Preset(
        key="almost_there",
        group=ASSETS,
        title=_("Nearly at the next tier"),
        explanation=_(
            "Assets between 40,000 and 50,000 yuan: 10,000 more unlock the benefit. It may not be a gift"
            " for deposits; planning checks that."
        ),
        rule=_leaf("aum.now", "between", [40000, 50000]),
    ),
    Preset(
        key="high_net_worth",
        group=ASSETS,
        title=_("High net worth"),
        explanation=_("Assets of 6 million yuan and more at the newest month end."),
        rule=_leaf("aum.now", "gte", 6_000_000),
    ),
    Preset(
        key="maturing",
        group=ASSETS,
        title=_("Money that falls due within 30 days"),
        explanation=_(
            "At least 50,000 yuan of deposits and wealth management products, at any age. Say what comes next,"
            " with its risk, and not only what the yield may be."
        ),
        rule=_leaf(
            "holdings.maturing",
            "gte",
            50000,
            days=30,
            product_kind=["deposit", "structured_deposit", "wealth"],
        ),
    ),
    Preset(
        key="salary_without_wealth",
        group=ASSETS,
        title=_("Salary every month, no wealth management product"),
        explanation=_(
            "Salary received in each of the last three full months; suitability is judged when sending."
        ),
        rule={
            "all": [
                _leaf("transactions.months_active", "eq", 3, months=3, period="last", kind=["salary"]),
                _leaf("holdings.products", "eq", 0, product_kind=["wealth"]),
            ]
        },
    ),
    Preset(
        key="gone_quiet",
        group=TRIGGERS,
        title=_("Quiet for 90 days"),
        explanation=_(
            "Neither a transaction nor a visit to the app in 90 days, with at least 1,000 yuan still with us."
            " Earlier than the bank's own mark of a dormant account."
        ),
        rule={
            "all": [
                _leaf("transactions.count", "eq", 0, days=90),
                _leaf("app_events.count", "eq", 0, days=90),
                _leaf("aum.now", "gte", 1000),
            ]
        },
    ),
    Preset(
        key="clicked_only",
        group=TRIGGERS,
        title=_("Clicked but did not convert"),
        explanation=_(
            "Opened the link of a campaign in the last 90 days and did not convert within 7 days of the first"
            " click. Ask what was missing before the same is sent again."
        ),
        rule=_leaf("campaigns.clicked_only", "eq", True, days=90, within=7),
    ),
    Preset(
        key="claimed_unused",
        group=TRIGGERS,
        title=_("Claimed a benefit and has not used it"),
        explanation=_("Claimed within the last 30 days and used none since: a reminder before it expires."),
        rule={
            "all": [
                _leaf("benefits.claimed", "gte", 1, days=30),
                _leaf("benefits.used", "eq", 0, days=30),
            ]
        },
    ),
    Preset(
        key="heard_often",
        group=TRIGGERS,
        title=_("Hears from us often"),
        explanation=_(
            "Three messages or more in the last 7 days, of all campaigns: to be left out, not to be sent to."
        ),
        rule=_leaf("messages.sent", "gte", 3, days=7),
    ),
    Preset(
        key="birthday",
        group=TRIGGERS,
        title=_("Birthday this month"),
        explanation=_("Born in the month of the run, whatever the year."),
        rule=_leaf("profile.birthday_month", "eq", "this"),
    ),
)


def preset(key: str) -> Preset | None:
    return next((each for each in PRESETS if each.key == key), None)
