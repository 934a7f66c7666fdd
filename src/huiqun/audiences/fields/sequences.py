"""One thing after another, or without it: transactions, app events and touches alike."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields import choices
from huiqun.audiences.fields.expressions import (
    column,
    day,
    days_between,
    first_of,
    last_of,
    measured,
    number,
    one_of,
    same,
)
from huiqun.audiences.fields.parameters import DAYS, DAYS_90, ago, days_of, recent
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Measure, Parameter
from huiqun.lib.words import gettext_noop as _

GROUP = _("Sequences")
FLAG = exp.alias_(exp.true(), "value", quoted=True)
WITHIN = Parameter(
    name="within",
    label=_("within how many days"),
    type=FieldType.NUMBER,
    required=True,
    default=7,
    maximum=366,
)


def _rows(arguments: Arguments, which: str) -> tuple[str, list[exp.Expr]]:
    """The dataset of a deed, and which of its rows are that deed."""
    dataset, kind = str(arguments[which]).split(".")
    conditions = [one_of("kind", (kind,))]
    about = arguments.get(f"{which}_about")
    if isinstance(about, tuple):
        conditions.append(one_of("product_kind" if dataset == "transactions" else "topic", about))
    return dataset, conditions


def _last(arguments: Arguments, which: str, today: date) -> Measure:
    """When each customer last did it within the days."""
    dataset, conditions = _rows(arguments, which)
    return measured(dataset, last_of("at"), recent(arguments, today), *conditions)


def _each(arguments: Arguments, which: str, today: date) -> exp.Select:
    dataset, conditions = _rows(arguments, which)
    rows = exp.select(column("customer_id"), column("at"), column("dt"))
    return rows.from_(exp.to_table(dataset, quoted=True)).where(recent(arguments, today), *conditions)


def _first(arguments: Arguments, which: str, today: date) -> exp.Select:
    dataset, conditions = _rows(arguments, which)
    return (
        exp.select(
            column("customer_id"),
            exp.alias_(first_of("at"), "at", quoted=True),
            exp.alias_(first_of("dt"), "dt", quoted=True),
        )
        .from_(exp.to_table(dataset, quoted=True))
        .where(recent(arguments, today), *conditions)
        .group_by(column("customer_id"))
    )


def _follows(arguments: Arguments) -> exp.Expr:
    """``later`` is of the same customer, after ``earlier``, and no more than ``within`` days after its day."""
    apart = days_between(column("dt", "later"), column("dt", "earlier"))
    return exp.and_(
        same(column("customer_id", "later"), column("customer_id", "earlier")),
        exp.GT(this=column("at", "later"), expression=column("at", "earlier")),
        exp.LTE(this=apart, expression=number(days_of(arguments, "within"))),
    )


def _not_since(arguments: Arguments, today: date) -> exp.Select:
    """Who did the first thing and has not done the second after the last time."""
    did = _last(arguments, "did", today).query().subquery("did_")
    then = _last(arguments, "not", today).query().subquery("then_")
    done, later = column("value", "did_"), column("value", "then_")
    return (
        exp.select(column("customer_id", "did_"), FLAG.copy())
        .from_(did)
        .join(
            then,
            on=same(column("customer_id", "then_"), column("customer_id", "did_")),
            join_type="left",
        )
        .where(
            exp.or_(exp.Is(this=later, expression=exp.null()), exp.LTE(this=later.copy(), expression=done))
        )
    )


def _then(arguments: Arguments, today: date) -> exp.Select:
    """Who did the second thing soon after any time of the first."""
    return (
        exp.select(column("customer_id", "earlier"), FLAG.copy())
        .from_(_each(arguments, "did", today).subquery("earlier"))
        .join(_each(arguments, "then", today).subquery("later"), on=_follows(arguments))
        .group_by(column("customer_id", "earlier"))
    )


def _not_within(arguments: Arguments, today: date) -> exp.Select:
    """Whose days after the first time are over, without the second thing in them."""
    over = day(today - timedelta(days=days_of(arguments, "within")))
    first = _first(arguments, "did", today).having(exp.LT(this=first_of("dt"), expression=over))
    return (
        exp.select(column("customer_id", "earlier"), FLAG.copy())
        .from_(first.subquery("earlier"))
        .join(_each(arguments, "not", today).subquery("later"), on=_follows(arguments), join_type="left")
        .where(exp.Is(this=column("customer_id", "later"), expression=exp.null()))
    )


def _no_more(arguments: Arguments, today: date) -> Measure:
    """Who did it once, and not in the last days."""
    dataset, conditions = _rows(arguments, "did")
    until = exp.LTE(this=column("dt"), expression=day(today))
    long_ago = exp.LTE(this=last_of("dt"), expression=day(ago(arguments, today)))
    return measured(dataset, exp.paren(long_ago, copy=False), until, *conditions)


def _deed(name: str, label: str) -> Parameter:
    return Parameter(name=name, label=label, type=FieldType.CODE, choices=choices.DEEDS, required=True)


def _about(name: str, label: str) -> Parameter:
    return Parameter(
        name=name,
        label=label,
        type=FieldType.TEXT,
        choices=(*choices.PRODUCT_KINDS, *choices.TOPIC_ONLY),
        open=True,
        several=True,
    )


DID = (_deed("did", _("did")), _about("did_about", _("the first about (product kind or topic)")))
SECOND_ABOUT = _("the second about (product kind or topic)")

SEQUENCE_FIELDS = (
    AudienceField(
        name="sequence.not_since",
        label=_("Did one thing and not another since"),
        phrase=_("did “%(did)s” in the last %(days)s days and not “%(not)s” since"),
        description=_("For instance paused a fund plan and has not started one since the last pause."),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, *DID, _deed("not", _("and not since")), _about("not_about", SECOND_ABOUT)),
        relation=_not_since,
        absent=False,
    ),
    AudienceField(
        name="sequence.then",
        label=_("Did one thing and soon after another"),
        phrase=_("did “%(did)s” in the last %(days)s days and “%(then)s” within %(within)s days after it"),
        description=_("For instance looked at funds and bought one within a week."),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, *DID, _deed("then", _("and then")), _about("then_about", SECOND_ABOUT), WITHIN),
        relation=_then,
        absent=False,
    ),
    AudienceField(
        name="sequence.not_within",
        label=_("Did one thing and not another soon after"),
        phrase=_(
            "first did “%(did)s” in the last %(days)s days and not “%(not)s” within %(within)s days after it"
        ),
        description=_(
            "Counted from the first time within the days. Whoever has days left is not among them."
        ),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, *DID, _deed("not", _("and not then")), _about("not_about", SECOND_ABOUT), WITHIN),
        relation=_not_within,
        absent=False,
    ),
    AudienceField(
        name="sequence.no_more",
        label=_("Did a thing once and no more"),
        phrase=_("did “%(did)s” once and not in the last %(days)s days"),
        description=_("For instance logged in before, and not for 90 days. Who never did is not among them."),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS_90, *DID),
        relation=_no_more,
        absent=False,
    ),
)
