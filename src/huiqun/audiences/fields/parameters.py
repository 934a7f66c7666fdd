"""What narrows fields down, and the conditions that come of it."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields import choices
from huiqun.audiences.fields.expressions import column, number, one_of, within_days
from huiqun.foundation.fields import Arguments, FieldType, Parameter
from huiqun.lib.words import gettext_noop as _

DAYS = Parameter(name="days", label=_("number of days"), type=FieldType.NUMBER, required=True, default=30)
DAYS_90 = Parameter(name="days", label=_("number of days"), type=FieldType.NUMBER, required=True, default=90)
PRODUCT_KIND = Parameter(
    name="product_kind",
    label=_("product kind"),
    type=FieldType.CODE,
    choices=choices.PRODUCT_KINDS,
    open=True,
    several=True,
)
KIND = Parameter(
    name="kind",
    label=_("kind of transaction"),
    type=FieldType.CODE,
    choices=choices.TRANSACTION_KINDS,
    several=True,
)
AT_LEAST = Parameter(
    name="at_least", label=_("each at least (yuan)"), type=FieldType.NUMBER, maximum=1_000_000_000
)
APP_KIND = Parameter(
    name="kind", label=_("kind of event"), type=FieldType.CODE, choices=choices.APP_KINDS, several=True
)
TOPIC = Parameter(
    name="topic", label=_("topic"), type=FieldType.TEXT, choices=choices.TOPICS, open=True, several=True
)
MONTHS = Parameter(
    name="months", label=_("number of months"), type=FieldType.NUMBER, required=True, default=1, maximum=60
)
PERIOD = Parameter(
    name="period",
    label=_("which months"),
    type=FieldType.CODE,
    choices=choices.PERIODS,
    required=True,
    default="last",
)


def days_of(arguments: Arguments, name: str = "days") -> int:
    return int(str(arguments[name]))


def ago(arguments: Arguments, today: date) -> date:
    return today - timedelta(days=days_of(arguments))


def product_kinds(arguments: Arguments) -> list[exp.Expr]:
    return _listed(arguments, "product_kind")


def of_transactions(arguments: Arguments) -> list[exp.Expr]:
    """All but the time."""
    conditions = [*_listed(arguments, "kind"), *product_kinds(arguments)]
    if isinstance(least := arguments.get("at_least"), int):
        conditions.append(exp.GTE(this=column("amount_fen"), expression=number(least * 100)))
    return conditions


def of_app_events(arguments: Arguments) -> list[exp.Expr]:
    """All but the time."""
    return [*_listed(arguments, "kind"), *_listed(arguments, "topic")]


def recent(arguments: Arguments, today: date) -> exp.Expr:
    return within_days(arguments["days"], today)


def _listed(arguments: Arguments, name: str) -> list[exp.Expr]:
    given = arguments.get(name)
    return [one_of(name, given)] if isinstance(given, tuple) else []
