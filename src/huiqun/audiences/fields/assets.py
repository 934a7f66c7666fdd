"""What the customer has: holdings by product and assets under management."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields import choices
from huiqun.audiences.fields.expressions import (
    column,
    day,
    measured,
    newest_day,
    number,
    one_of,
    total,
)
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Measure, Parameter, Relation
from huiqun.lib.words import gettext_noop as _

GROUP = _("Holdings and assets")

PRODUCT_KIND = Parameter(
    name="product_kind",
    label=_("product kind"),
    type=FieldType.CODE,
    choices=choices.PRODUCT_KINDS,
    open=True,
    several=True,
)
DAYS = Parameter(name="days", label=_("number of days"), type=FieldType.NUMBER, required=True, default=30)


def product_kinds(arguments: Arguments) -> list[exp.Expr]:
    kinds = arguments.get("product_kind")
    return [one_of("product_kind", kinds)] if isinstance(kinds, tuple) else []


def _held(value: exp.Expr, arguments: Arguments, today: date, *more: exp.Expr) -> Measure:
    """Over the newest delivery of holdings."""
    newest = exp.EQ(this=column("dt"), expression=newest_day("holdings", today))
    return measured("holdings", value, newest, *product_kinds(arguments), *more)


def _matures(arguments: Arguments, today: date) -> exp.Expr:
    return exp.and_(
        exp.GTE(this=column("matures_date"), expression=day(today)),
        exp.LTE(this=column("matures_date"), expression=day(today + timedelta(days=_days(arguments)))),
    )


def _days(arguments: Arguments) -> int:
    return int(str(arguments["days"]))


def _products(arguments: Arguments, today: date) -> Measure:
    return _held(exp.Count(this=exp.Distinct(expressions=[column("product_code")])), arguments, today)


def _kinds(arguments: Arguments, today: date) -> Measure:
    return _held(exp.Count(this=exp.Distinct(expressions=[column("product_kind")])), arguments, today)


def _next_maturity(arguments: Arguments, today: date) -> Measure:
    ahead = exp.GTE(this=column("matures_date"), expression=day(today))
    return _held(exp.Min(this=column("matures_date")), arguments, today, ahead)


def _aum(arguments: Arguments, today: date) -> Measure:
    return _aum_on(newest_day("aum", today))


def _aum_on(newest: exp.Expr) -> Measure:
    return measured("aum", exp.Max(this=column("aum_fen")), exp.EQ(this=column("dt"), expression=newest))


def _aum_change(arguments: Arguments, today: date) -> exp.Select:
    """In percent of what it was at the last delivery up to n days ago; unknown where that was nothing."""
    now = _aum(arguments, today).query().subquery("now_")
    before = newest_day("aum", today - timedelta(days=_days(arguments)))
    then = _aum_on(before).query().subquery("then_")
    new, old = column("value", "now_"), column("value", "then_")
    gain = exp.Mul(this=exp.paren(exp.Sub(this=new, expression=old)), expression=number(100))
    change = exp.Div(this=exp.cast(exp.paren(gain), "double"), expression=exp.cast(old.copy(), "double"))
    return (
        exp.select(column("customer_id", "now_"), exp.alias_(change, "value", quoted=True))
        .from_(now)
        .join(then, on=exp.EQ(this=column("customer_id", "now_"), expression=column("customer_id", "then_")))
        .where(exp.GT(this=old.copy(), expression=number(0)))
    )


def _sum(*conditions: str) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        more = [_matures(arguments, today)] if "matures" in conditions else []
        return _held(total("amount_fen"), arguments, today, *more)

    return relation


ASSET_FIELDS = (
    AudienceField(
        name="holdings.amount",
        label=_("Amount held"),
        description=_("In the newest delivery of holdings; 0 for customers who hold none."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(PRODUCT_KIND,),
        relation=_sum(),
        absent=0,
    ),
    AudienceField(
        name="holdings.products",
        label=_("Number of products held"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(PRODUCT_KIND,),
        relation=_products,
        absent=0,
    ),
    AudienceField(
        name="holdings.kinds",
        label=_("Number of product kinds held"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(PRODUCT_KIND,),
        relation=_kinds,
        absent=0,
    ),
    AudienceField(
        name="holdings.maturing",
        label=_("Amount that matures soon"),
        phrase=_("amount that matures within %(days)s days"),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS, PRODUCT_KIND),
        relation=_sum("matures"),
        absent=0,
    ),
    AudienceField(
        name="holdings.next_maturity",
        label=_("Next day of maturity"),
        type=FieldType.DAY,
        group=GROUP,
        parameters=(PRODUCT_KIND,),
        relation=_next_maturity,
    ),
    AudienceField(
        name="aum.now",
        label=_("Assets under management"),
        description=_("At the newest month end; unknown for customers who are not in it."),
        type=FieldType.MONEY,
        group=GROUP,
        relation=_aum,
    ),
    AudienceField(
        name="aum.change",
        label=_("Change of assets under management"),
        phrase=_("change of assets under management over %(days)s days"),
        description=_("In percent: -50 means that half is gone. Unknown where there was nothing before."),
        type=FieldType.PERCENT,
        group=GROUP,
        unit="%",
        parameters=(
            Parameter(
                name="days", label=_("number of days"), type=FieldType.NUMBER, required=True, default=90
            ),
        ),
        relation=_aum_change,
    ),
)

__all__ = ["ASSET_FIELDS", "DAYS", "PRODUCT_KIND", "product_kinds"]
