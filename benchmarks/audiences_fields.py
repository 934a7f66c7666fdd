"""A field that the eight audiences ask for and the catalogue does not have, registered as any domain does it."""

from datetime import date, timedelta

from sqlglot import exp

from huiqun.audiences.fields.expressions import column, day, one_of, within_days
from huiqun.foundation import fields
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Parameter

GROUP = "Benchmark"


def _number(name: str, default: int) -> Parameter:
    return Parameter(name=name, label=name, type=FieldType.NUMBER, required=True, default=default)


def _clicked_only(arguments: Arguments, today: date) -> exp.Select:
    """Whose first click lies back further than ``within`` days and who did not join within those days."""
    within = int(str(arguments["within"]))
    conditions = [within_days(arguments["days"], today), one_of("topic", (str(arguments["topic"]),))]
    customer, at = column("customer_id"), column("at")
    events = exp.to_table("app_events", quoted=True)
    clicked = (
        exp.select(customer, exp.alias_(exp.Min(this=at), "first", quoted=True))
        .from_(events)
        .where(*conditions, one_of("kind", ("campaign_click",)))
        .group_by(customer.copy())
        .having(exp.LT(this=exp.Min(this=column("dt")), expression=day(today - timedelta(days=within))))
    )
    first = column("first", "c")
    until = exp.Add(
        this=first.copy(),
        expression=exp.Interval(this=exp.Literal.string(str(within)), unit=exp.var("DAY")),
    )
    joined = (
        exp.select(column("customer_id", "c"))
        .from_(exp.to_table("clicked", quoted=True).as_("c", quoted=True))
        .join(
            events.copy().as_("v"),
            on=exp.EQ(this=column("customer_id", "c"), expression=column("customer_id", "v")),
        )
        .where(
            *(_of(each, "v") for each in (*conditions, one_of("kind", ("campaign_joined",)))),
            exp.GT(this=column("at", "v"), expression=first),
            exp.LTE(this=column("at", "v"), expression=until),
        )
    )
    return (
        exp.select(column("customer_id", "k"), exp.alias_(exp.true(), "value", quoted=True))
        .with_(exp.to_identifier("clicked", quoted=True), as_=clicked)
        .from_(exp.to_table("clicked", quoted=True).as_("k", quoted=True))
        .where(exp.not_(exp.In(this=column("customer_id", "k"), query=exp.Subquery(this=joined))))
    )


def _of(condition: exp.Expr, table: str) -> exp.Expr:
    """The condition asked of ``table`` by name."""
    return condition.copy().transform(
        lambda node: column(node.name, table) if isinstance(node, exp.Column) else node
    )


def register() -> None:
    fields.register(
        AudienceField(
            name="bench.clicked_only",
            label="Clicked and did not join",
            type=FieldType.FLAG,
            group=GROUP,
            parameters=(
                _number("days", 30),
                _number("within", 7),
                Parameter(name="topic", label="topic", type=FieldType.TEXT, required=True),
            ),
            relation=_clicked_only,
            absent=False,
        ),
    )
