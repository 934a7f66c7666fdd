"""What rules may ask of a customer's part in campaigns: of one by its number, or of any."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.foundation import fields
from huiqun.foundation.field_sql import column, day, days_between, first_of, number, same
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Parameter
from huiqun.foundation.touch_fields import CAMPAIGN, DATASET, DAYS, touch_conditions, whether
from huiqun.lib.words import gettext_noop as _

GROUP = _("Campaigns")
WITHIN = Parameter(
    name="within",
    label=_("days to convert after the first click"),
    type=FieldType.NUMBER,
    required=True,
    default=7,
    maximum=365,
)


def _clicked_only(arguments: Arguments, today: date) -> exp.Select:
    """Whose days to convert are over after the first click in a campaign, without a conversion in that one."""
    within = int(str(arguments["within"]))
    clicks = _firsts(arguments, today).having(
        exp.LT(this=first_of("dt"), expression=day(today - timedelta(days=within)))
    )
    bought = _rows(arguments, today).subquery("bought")
    converted = exp.and_(
        same(column("customer_id", "bought"), column("customer_id", "clicked")),
        same(column("campaign_id", "bought"), column("campaign_id", "clicked")),
        exp.GTE(this=column("at", "bought"), expression=column("at", "clicked")),
        exp.LTE(
            this=days_between(column("dt", "bought"), column("dt", "clicked")), expression=number(within)
        ),
    )
    each = (
        exp.select(column("customer_id", "clicked"))
        .from_(clicks.subquery("clicked"))
        .join(bought, on=converted, join_type="left")
        .where(exp.Is(this=column("customer_id", "bought"), expression=exp.null()))
    )
    return exp.select(column("customer_id"), exp.alias_(exp.true(), "value", quoted=True)).from_(
        each.distinct().subquery("never")
    )


def _firsts(arguments: Arguments, today: date) -> exp.Select:
    """The first click of each customer in each campaign."""
    customer, campaign = column("customer_id"), column("campaign_id")
    return (
        exp.select(
            customer,
            campaign,
            exp.alias_(first_of("at"), "at", quoted=True),
            exp.alias_(first_of("dt"), "dt", quoted=True),
        )
        .from_(exp.to_table(DATASET, quoted=True))
        .where(*touch_conditions(arguments, today, "clicked"), _of_a_campaign())
        .group_by(customer.copy(), campaign.copy())
    )


def _rows(arguments: Arguments, today: date) -> exp.Select:
    names = (column(name) for name in ("customer_id", "campaign_id", "at", "dt"))
    rows = exp.select(*names).from_(exp.to_table(DATASET, quoted=True))
    return rows.where(*touch_conditions(arguments, today, "converted"), _of_a_campaign())


def _of_a_campaign() -> exp.Expr:
    return exp.not_(exp.Is(this=column("campaign_id"), expression=exp.null()))


def _deed(name: str, label: str, phrase: str, *kinds: str, description: str = "") -> AudienceField:
    return AudienceField(
        name=f"campaigns.{name}",
        label=label,
        phrase=phrase,
        description=description,
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, CAMPAIGN),
        relation=whether(*kinds),
        absent=False,
    )


fields.register(
    _deed(
        "touched",
        _("Was reached by a campaign"),
        _("was reached by a campaign in the last %(days)s days"),
        "sent",
        "delivered",
    ),
    _deed(
        "clicked",
        _("Clicked in a campaign"),
        _("clicked in a campaign in the last %(days)s days"),
        "clicked",
    ),
    _deed(
        "joined",
        _("Took part in a campaign"),
        _("took part in a campaign in the last %(days)s days"),
        "joined",
    ),
    _deed(
        "interested",
        _("Asked for a campaign's product"),
        _("asked for a campaign's product in the last %(days)s days"),
        "interested",
    ),
    _deed(
        "converted",
        _("Converted in a campaign"),
        _("converted in a campaign in the last %(days)s days"),
        "converted",
        description=_(
            "The conversion is read from the bank's data within the campaign's attribution window."
        ),
    ),
    _deed(
        "control",
        _("Was in a campaign's control group"),
        _("was in a campaign's control group in the last %(days)s days"),
        "control",
    ),
    AudienceField(
        name="campaigns.clicked_only",
        label=_("Clicked in a campaign and did not convert"),
        phrase=_(
            "clicked in a campaign in the last %(days)s days and did not convert within %(within)s days"
        ),
        description=_("Whoever still has days left to convert is not among them."),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, WITHIN, CAMPAIGN),
        relation=_clicked_only,
        absent=False,
    ),
)
