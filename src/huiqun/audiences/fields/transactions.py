"""What the customer pays, receives and buys: within the last days."""

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from huiqun.audiences.fields.expressions import (
    column,
    count_distinct,
    count_rows,
    first_of,
    last_of,
    measured,
    ratio,
    total,
)
from huiqun.audiences.fields.parameters import AT_LEAST, DAYS, KIND, PRODUCT_KIND, of_transactions, recent
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Growth, Measure, Relation
from huiqun.lib.words import gettext_noop as _

GROUP = _("Transactions")


def average() -> exp.Expr:
    """Of the transactions that have an amount."""
    return ratio(total("amount_fen"), exp.Count(this=column("amount_fen")))


def _over(value: Callable[[], exp.Expr], growth: Growth | None = None) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        conditions = [recent(arguments, today), *of_transactions(arguments)]
        return measured("transactions", value(), *conditions, growth=growth)

    return relation


def _field(
    name: str,
    label: str,
    phrase: str,
    kind: FieldType,
    relation: Relation,
    *,
    description: str = "",
    counts: bool = False,
) -> AudienceField:
    return AudienceField(
        name=f"transactions.{name}",
        label=label,
        phrase=phrase,
        description=description,
        type=kind,
        group=GROUP,
        parameters=(DAYS, KIND, PRODUCT_KIND, AT_LEAST),
        relation=relation,
        absent=0 if counts else None,
    )


TRANSACTION_FIELDS = (
    _field(
        "count",
        _("Number of transactions"),
        _("number of transactions in the last %(days)s days"),
        FieldType.NUMBER,
        _over(count_rows, Growth.SUM),
        counts=True,
    ),
    _field(
        "sum",
        _("Amount of transactions"),
        _("amount of transactions in the last %(days)s days"),
        FieldType.MONEY,
        _over(lambda: total("amount_fen"), Growth.SUM),
        description=_("For instance spending in the last 30 days; 0 for customers without any."),
        counts=True,
    ),
    _field(
        "average",
        _("Average amount of a transaction"),
        _("average amount of a transaction in the last %(days)s days"),
        FieldType.MONEY,
        _over(average),
        description=_("Unknown for customers without any."),
    ),
    _field(
        "greatest",
        _("Largest transaction"),
        _("largest transaction in the last %(days)s days"),
        FieldType.MONEY,
        _over(lambda: last_of("amount_fen"), Growth.MAX),
        description=_("Unknown for customers without any."),
    ),
    _field(
        "days",
        _("Days with a transaction"),
        _("number of days with a transaction in the last %(days)s days"),
        FieldType.NUMBER,
        _over(lambda: count_distinct(column("dt"))),
        counts=True,
    ),
    _field(
        "products",
        _("Number of products traded"),
        _("number of products traded in the last %(days)s days"),
        FieldType.NUMBER,
        _over(lambda: count_distinct(column("product_code"))),
        description=_("Different products, however often each was traded."),
        counts=True,
    ),
    _field(
        "first",
        _("Day of the first transaction"),
        _("day of the first transaction in %(days)s days"),
        FieldType.DAY,
        _over(lambda: first_of("dt"), Growth.MIN),
        description=_("The first one within these days; unknown for customers without any."),
    ),
    _field(
        "last",
        _("Day of the last transaction"),
        _("day of the last transaction in %(days)s days"),
        FieldType.DAY,
        _over(lambda: last_of("dt"), Growth.MAX),
    ),
)
