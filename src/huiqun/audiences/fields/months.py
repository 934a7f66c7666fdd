"""The same by calendar months: the last full ones, those up to today, those of a year before."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields import app, transactions
from huiqun.audiences.fields.expressions import (
    between_days,
    column,
    count_distinct,
    count_rows,
    measured,
    number,
    total,
)
from huiqun.audiences.fields.parameters import (
    APP_KIND,
    AT_LEAST,
    KIND,
    MONTHS,
    PERIOD,
    PRODUCT_KIND,
    TOPIC,
    days_of,
    of_app_events,
    of_transactions,
)
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Growth, Measure, Parameter, Relation
from huiqun.lib.words import gettext_noop as _


def period(arguments: Arguments, today: date) -> tuple[date, date]:
    """First and last day of the months that are meant."""
    months, this = days_of(arguments, "months"), today.replace(day=1)
    if arguments["period"] == "this":
        return _month(this, 1 - months), today
    back = 12 if arguments["period"] == "year_before" else 0
    return _month(this, -months - back), _month(this, -back) - timedelta(days=1)


def _month(first: date, months: int) -> date:
    """The first day of the month so many later."""
    number_ = first.year * 12 + first.month - 1 + months
    return date(max(number_ // 12, 1), number_ % 12 + 1, 1)


def _within(arguments: Arguments, today: date) -> exp.Expr:
    return between_days(*period(arguments, today))


def _of_transactions(value: Callable[[Arguments], exp.Expr], growth: Growth | None) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        conditions = [_within(arguments, today), *of_transactions(arguments)]
        return measured("transactions", value(arguments), *conditions, growth=growth)

    return relation


def _of_app_events(value: Callable[[Arguments], exp.Expr], growth: Growth | None) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        conditions = [_within(arguments, today), *of_app_events(arguments)]
        return measured("app_events", value(arguments), *conditions, growth=growth)

    return relation


def _per_month(arguments: Arguments) -> exp.Expr:
    """Months without any count as well."""
    amount = exp.cast(total("amount_fen"), "double")
    return exp.Div(this=amount, expression=exp.cast(number(days_of(arguments, "months")), "double"))


def _different_months(arguments: Arguments) -> exp.Expr:
    year, month = (exp.Extract(this=exp.var(unit), expression=column("dt")) for unit in ("YEAR", "MONTH"))
    return count_distinct(exp.Add(this=exp.Mul(this=year, expression=number(12)), expression=month))


def _field(
    name: str, label: str, phrase: str, kind: FieldType, relation: Relation, *, description: str = ""
) -> AudienceField:
    is_app = name.startswith("app_events")
    narrowed: tuple[Parameter, ...] = (APP_KIND, TOPIC) if is_app else (KIND, PRODUCT_KIND, AT_LEAST)
    return AudienceField(
        name=name,
        label=label,
        phrase=phrase,
        description=description,
        type=kind,
        group=app.GROUP if is_app else transactions.GROUP,
        parameters=(MONTHS, PERIOD, *narrowed),
        relation=relation,
        absent=0,
    )


MONTH_FIELDS = (
    _field(
        "transactions.month_count",
        _("Number of transactions by months"),
        _("number of transactions in %(months)s months (%(period)s)"),
        FieldType.NUMBER,
        _of_transactions(lambda arguments: count_rows(), Growth.SUM),
    ),
    _field(
        "transactions.month_sum",
        _("Amount of transactions by months"),
        _("amount of transactions in %(months)s months (%(period)s)"),
        FieldType.MONEY,
        _of_transactions(lambda arguments: total("amount_fen"), Growth.SUM),
        description=_("For instance the spending of the last full month."),
    ),
    _field(
        "transactions.month_average",
        _("Amount of transactions per month"),
        _("amount of transactions per month over %(months)s months (%(period)s)"),
        FieldType.MONEY,
        _of_transactions(_per_month, None),
        description=_("The amount divided by the number of months, those without any transaction included."),
    ),
    _field(
        "transactions.months_active",
        _("Months with a transaction"),
        _("number of months with a transaction, of %(months)s (%(period)s)"),
        FieldType.NUMBER,
        _of_transactions(_different_months, None),
        description=_("For instance salary received in each of the last six months."),
    ),
    _field(
        "app_events.month_count",
        _("Number of app events by months"),
        _("number of app events in %(months)s months (%(period)s)"),
        FieldType.NUMBER,
        _of_app_events(lambda arguments: count_rows(), Growth.SUM),
    ),
    _field(
        "app_events.months_active",
        _("Months in the app"),
        _("number of months in the app, of %(months)s (%(period)s)"),
        FieldType.NUMBER,
        _of_app_events(_different_months, None),
    ),
)
