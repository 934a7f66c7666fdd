"""Fields over the lake's dataset ``touches``: what happened between the bank's campaigns and a customer.

Several domains register some, each for what it tells: messages, campaigns, benefits.
"""

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from huiqun.foundation.field_sql import any_rows, count_rows, equal, last_of, measured, one_of, within_days
from huiqun.foundation.fields import Arguments, FieldType, Growth, Measure, Parameter
from huiqun.lib.words import gettext_noop as _

DATASET = "touches"
DAYS = Parameter(name="days", label=_("number of days"), type=FieldType.NUMBER, required=True, default=90)
CAMPAIGN = Parameter(
    name="campaign", label=_("number of the campaign"), type=FieldType.NUMBER, maximum=2_000_000_000
)

Relation = Callable[[Arguments, date], Measure]


def how_often(*kinds: str) -> Relation:
    return _over(count_rows, kinds, Growth.SUM)


def whether(*kinds: str) -> Relation:
    return _over(any_rows, kinds, None)


def when_last(*kinds: str) -> Relation:
    return _over(lambda: last_of("dt"), kinds, Growth.MAX)


def touch_conditions(arguments: Arguments, today: date, *kinds: str) -> list[exp.Expr]:
    """Of the last days, of ``kinds``, and of the campaign and channels that were asked for."""
    conditions = [within_days(arguments["days"], today), one_of("kind", kinds)]
    if isinstance(campaign := arguments.get("campaign"), int):
        conditions.append(equal("campaign_id", campaign))
    if isinstance(channels := arguments.get("channel"), tuple):
        conditions.append(one_of("channel", channels))
    return conditions


def _over(value: Callable[[], exp.Expr], kinds: tuple[str, ...], growth: Growth | None) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        return measured(DATASET, value(), *touch_conditions(arguments, today, *kinds), growth=growth)

    return relation
