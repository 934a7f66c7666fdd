"""What the customer does: transactions, the bank's app, and one thing without another since."""

from datetime import date

from sqlglot import exp

from huiqun.audiences.fields import choices
from huiqun.audiences.fields.assets import DAYS, PRODUCT_KIND, product_kinds
from huiqun.audiences.fields.expressions import column, count_rows, measured, one_of, total, within_days
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Growth, Measure, Parameter
from huiqun.lib.words import gettext_noop as _

TRANSACTIONS = _("Transactions")
APP = _("App behaviour")
SEQUENCES = _("Sequences")

KIND = Parameter(
    name="kind",
    label=_("kind of transaction"),
    type=FieldType.CODE,
    choices=choices.TRANSACTION_KINDS,
    several=True,
)
APP_KIND = Parameter(
    name="kind", label=_("kind of event"), type=FieldType.CODE, choices=choices.APP_KINDS, several=True
)
TOPIC = Parameter(
    name="topic", label=_("topic"), type=FieldType.TEXT, choices=choices.TOPICS, open=True, several=True
)


def _transactions(value: exp.Expr, arguments: Arguments, today: date, growth: Growth) -> Measure:
    conditions = [within_days(arguments["days"], today), *_kinds(arguments), *product_kinds(arguments)]
    return measured("transactions", value, *conditions, growth=growth)


def _kinds(arguments: Arguments) -> list[exp.Expr]:
    kinds = arguments.get("kind")
    return [one_of("kind", kinds)] if isinstance(kinds, tuple) else []


def _count(arguments: Arguments, today: date) -> Measure:
    return _transactions(count_rows(), arguments, today, Growth.SUM)


def _sum(arguments: Arguments, today: date) -> Measure:
    return _transactions(total("amount_fen"), arguments, today, Growth.SUM)


def _last(arguments: Arguments, today: date) -> Measure:
    return _transactions(exp.Max(this=column("dt")), arguments, today, Growth.MAX)


def _app_conditions(arguments: Arguments, today: date) -> list[exp.Expr]:
    topics = arguments.get("topic")
    about = [one_of("topic", topics)] if isinstance(topics, tuple) else []
    return [within_days(arguments["days"], today), *_kinds(arguments), *about]


def _app_count(arguments: Arguments, today: date) -> Measure:
    return measured("app_events", count_rows(), *_app_conditions(arguments, today), growth=Growth.SUM)


def _app_last(arguments: Arguments, today: date) -> Measure:
    last = exp.Max(this=column("dt"))
    return measured("app_events", last, *_app_conditions(arguments, today), growth=Growth.MAX)


def _deed(arguments: Arguments, which: str, today: date) -> Measure:
    """When each customer last did it within the days."""
    dataset, kind = str(arguments[which]).split(".")
    about = arguments.get(f"{which}_about")
    conditions = [within_days(arguments["days"], today), one_of("kind", (kind,))]
    if isinstance(about, tuple):
        conditions.append(one_of("product_kind" if dataset == "transactions" else "topic", about))
    return measured(dataset, exp.Max(this=column("at")), *conditions)


def _not_since(arguments: Arguments, today: date) -> exp.Select:
    """Who did the first thing and has not done the second after the last time."""
    did = _deed(arguments, "did", today).query().subquery("did_")
    then = _deed(arguments, "not", today).query().subquery("then_")
    done, later = column("value", "did_"), column("value", "then_")
    return (
        exp.select(column("customer_id", "did_"), exp.alias_(exp.true(), "value", quoted=True))
        .from_(did)
        .join(
            then,
            on=exp.EQ(this=column("customer_id", "then_"), expression=column("customer_id", "did_")),
            join_type="left",
        )
        .where(
            exp.or_(exp.Is(this=later, expression=exp.null()), exp.LTE(this=later.copy(), expression=done))
        )
    )


def _deed_parameter(name: str, label: str) -> Parameter:
    return Parameter(name=name, label=label, type=FieldType.CODE, choices=choices.DEEDS, required=True)


def _about_parameter(name: str, label: str) -> Parameter:
    return Parameter(
        name=name,
        label=label,
        type=FieldType.TEXT,
        choices=(*choices.PRODUCT_KINDS, *choices.TOPIC_ONLY),
        open=True,
        several=True,
    )


ACTIVITY_FIELDS = (
    AudienceField(
        name="transactions.count",
        label=_("Number of transactions"),
        phrase=_("number of transactions in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=TRANSACTIONS,
        parameters=(DAYS, KIND, PRODUCT_KIND),
        relation=_count,
        absent=0,
    ),
    AudienceField(
        name="transactions.sum",
        label=_("Amount of transactions"),
        phrase=_("amount of transactions in the last %(days)s days"),
        description=_("For instance spending in the last 30 days; 0 for customers without any."),
        type=FieldType.MONEY,
        group=TRANSACTIONS,
        parameters=(DAYS, KIND, PRODUCT_KIND),
        relation=_sum,
        absent=0,
    ),
    AudienceField(
        name="transactions.last",
        label=_("Day of the last transaction"),
        phrase=_("day of the last transaction in %(days)s days"),
        type=FieldType.DAY,
        group=TRANSACTIONS,
        parameters=(DAYS, KIND, PRODUCT_KIND),
        relation=_last,
    ),
    AudienceField(
        name="app_events.count",
        label=_("Number of app events"),
        phrase=_("number of app events in the last %(days)s days"),
        description=_("Logins, pages viewed and searches, also about one topic only."),
        type=FieldType.NUMBER,
        group=APP,
        parameters=(DAYS, APP_KIND, TOPIC),
        relation=_app_count,
        absent=0,
    ),
    AudienceField(
        name="app_events.last",
        label=_("Day of the last app event"),
        phrase=_("day of the last app event in %(days)s days"),
        type=FieldType.DAY,
        group=APP,
        parameters=(DAYS, APP_KIND, TOPIC),
        relation=_app_last,
    ),
    AudienceField(
        name="sequence.not_since",
        label=_("Did one thing and not another since"),
        phrase=_("did “%(did)s” in the last %(days)s days and not “%(not)s” since"),
        description=_("For instance paused a fund plan and has not started one since the last pause."),
        type=FieldType.FLAG,
        group=SEQUENCES,
        parameters=(
            DAYS,
            _deed_parameter("did", _("did")),
            _about_parameter("did_about", _("the first about (product kind or topic)")),
            _deed_parameter("not", _("and not since")),
            _about_parameter("not_about", _("the second about (product kind or topic)")),
        ),
        relation=_not_since,
        absent=False,
    ),
)
