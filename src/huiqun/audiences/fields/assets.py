"""What the customer has: holdings by product and assets under management."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields.expressions import (
    column,
    count_distinct,
    day,
    measured,
    newest_day,
    number,
    same,
    total,
)
from huiqun.audiences.fields.parameters import DAYS, DAYS_90, PRODUCT_KIND, ago, days_of, product_kinds
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Measure
from huiqun.lib.words import gettext_noop as _

GROUP = _("Holdings and assets")


def _held(
    value: exp.Expr, arguments: Arguments, today: date, *more: exp.Expr, until: date | None = None
) -> Measure:
    """Over the newest delivery of holdings, or the newest up to a day."""
    newest = same(column("dt"), newest_day("holdings", until or today))
    return measured("holdings", value, newest, *product_kinds(arguments), *more)


def _matures(arguments: Arguments, today: date) -> exp.Expr:
    return exp.and_(
        exp.GTE(this=column("matures_date"), expression=day(today)),
        exp.LTE(this=column("matures_date"), expression=day(today + timedelta(days=days_of(arguments)))),
    )


def _amount(arguments: Arguments, today: date) -> Measure:
    return _held(total("amount_fen"), arguments, today)


def _amount_before(arguments: Arguments, today: date) -> Measure:
    return _held(total("amount_fen"), arguments, today, until=ago(arguments, today))


def _amount_gained(arguments: Arguments, today: date) -> exp.Select:
    """Who has none today or had none then has 0 there."""
    now = _amount(arguments, today).query().subquery("now_")
    then = _amount_before(arguments, today).query().subquery("then_")
    both = same(column("customer_id", "now_"), column("customer_id", "then_"))
    new, old = (
        exp.Coalesce(this=column("value", table), expressions=[number(0)]) for table in ("now_", "then_")
    )
    customer = exp.Coalesce(this=column("customer_id", "now_"), expressions=[column("customer_id", "then_")])
    return (
        exp.select(
            exp.alias_(customer, "customer_id", quoted=True),
            exp.alias_(exp.Sub(this=new, expression=old), "value", quoted=True),
        )
        .from_(now)
        .join(then, on=both, join_type="full outer")
    )


def _maturing(arguments: Arguments, today: date) -> Measure:
    return _held(total("amount_fen"), arguments, today, _matures(arguments, today))


def _products(arguments: Arguments, today: date) -> Measure:
    return _held(count_distinct(column("product_code")), arguments, today)


def _kinds(arguments: Arguments, today: date) -> Measure:
    return _held(count_distinct(column("product_kind")), arguments, today)


def _next_maturity(arguments: Arguments, today: date) -> Measure:
    ahead = exp.GTE(this=column("matures_date"), expression=day(today))
    return _held(exp.Min(this=column("matures_date")), arguments, today, ahead)


def _aum(arguments: Arguments, today: date) -> Measure:
    return _aum_on(newest_day("aum", today))


def _aum_before(arguments: Arguments, today: date) -> Measure:
    return _aum_on(newest_day("aum", ago(arguments, today)))


def _aum_on(newest: exp.Expr) -> Measure:
    return measured("aum", exp.Max(this=column("aum_fen")), same(column("dt"), newest))


def _aum_lowest(arguments: Arguments, today: date) -> exp.Select:
    """Over the deliveries of the last days and the one before them. Who was not in that one has not held it so long."""
    since = newest_day("aum", ago(arguments, today))
    kept = exp.GTE(this=column("dt"), expression=since)
    until = exp.LTE(this=column("dt"), expression=day(today))
    rows = measured("aum", exp.Min(this=column("aum_fen")), kept, until).query()
    return rows.having(exp.EQ(this=exp.Min(this=column("dt")), expression=since.copy()))


def _compared(value: exp.Expr, arguments: Arguments, today: date) -> exp.Select:
    """``value`` of ``now_`` and ``then_``, for customers who are in both."""
    now = _aum(arguments, today).query().subquery("now_")
    then = _aum_before(arguments, today).query().subquery("then_")
    return (
        exp.select(column("customer_id", "now_"), exp.alias_(value, "value", quoted=True))
        .from_(now)
        .join(then, on=same(column("customer_id", "now_"), column("customer_id", "then_")))
    )


def _aum_gain() -> exp.Expr:
    return exp.Sub(this=column("value", "now_"), expression=column("value", "then_"))


def _aum_gained(arguments: Arguments, today: date) -> exp.Select:
    return _compared(_aum_gain(), arguments, today)


def _aum_change(arguments: Arguments, today: date) -> exp.Select:
    """In percent of what it was at the last delivery up to n days ago; unknown where that was nothing."""
    gain = exp.Mul(this=exp.paren(_aum_gain()), expression=number(100))
    change = exp.Div(
        this=exp.cast(exp.paren(gain), "double"), expression=exp.cast(column("value", "then_"), "double")
    )
    had = exp.GT(this=column("value", "then_"), expression=number(0))
    return _compared(change, arguments, today).where(had)


ASSET_FIELDS = (
    AudienceField(
        name="holdings.amount",
        label=_("Amount held"),
        description=_("In the newest delivery of holdings; 0 for customers who hold none."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(PRODUCT_KIND,),
        relation=_amount,
        absent=0,
    ),
    AudienceField(
        name="holdings.before",
        label=_("Amount held before"),
        phrase=_("amount held %(days)s days ago"),
        description=_("In the last delivery of holdings up to that day; 0 for customers who held none."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS, PRODUCT_KIND),
        relation=_amount_before,
        absent=0,
    ),
    AudienceField(
        name="holdings.gained",
        label=_("Amount held more than before"),
        phrase=_("amount held more than %(days)s days ago"),
        description=_("In yuan; less than 0 for customers who hold less now."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS, PRODUCT_KIND),
        relation=_amount_gained,
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
        relation=_maturing,
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
        name="aum.before",
        label=_("Assets under management before"),
        phrase=_("assets under management %(days)s days ago"),
        description=_("At the last month end up to that day; unknown for customers who were not in it."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS_90,),
        relation=_aum_before,
    ),
    AudienceField(
        name="aum.lowest",
        label=_("Assets under management held throughout"),
        phrase=_("assets under management held throughout the last %(days)s days"),
        description=_(
            "The lowest of all deliveries in that time; unknown for who was no customer at its beginning."
        ),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS,),
        relation=_aum_lowest,
    ),
    AudienceField(
        name="aum.gained",
        label=_("Assets under management more than before"),
        phrase=_("assets under management more than %(days)s days ago"),
        description=_("In yuan; less than 0 when they went down. Unknown where one of both is."),
        type=FieldType.MONEY,
        group=GROUP,
        parameters=(DAYS_90,),
        relation=_aum_gained,
    ),
    AudienceField(
        name="aum.change",
        label=_("Change of assets under management"),
        phrase=_("change of assets under management over %(days)s days"),
        description=_("In percent: -50 means that half is gone. Unknown where there was nothing before."),
        type=FieldType.PERCENT,
        group=GROUP,
        unit="%",
        parameters=(DAYS_90,),
        relation=_aum_change,
    ),
)
