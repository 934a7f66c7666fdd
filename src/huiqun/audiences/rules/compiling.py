"""From a checked rule tree to one SELECT of customer ids.

The tree of SQL is built, never pasted: values become literals of sqlglot, which escapes them. Each condition
is true or false for every customer; where a field is unknown it is false (or true with ``missing: include``),
also below ``not``, so that no engine's third truth value decides who is chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node, leaves
from huiqun.foundation.fields import AudienceField, FieldType

DIALECT = "duckdb"
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "on": exp.EQ,
    "ne": exp.NEQ,
    "gt": exp.GT,
    "after": exp.GT,
    "gte": exp.GTE,
    "lt": exp.LT,
    "before": exp.LT,
    "lte": exp.LTE,
}


@dataclass(kw_only=True)
class _Compiler:
    """Collects each relation once, however many conditions use it."""

    today: date
    relations: dict[str, tuple[str, exp.Select]] = field(default_factory=dict)

    def condition(self, node: Node, *, below_not: bool = False) -> exp.Expr:
        if isinstance(node, Negation):
            return exp.not_(self.condition(node.item, below_not=True))
        if isinstance(node, Group):
            parts = [self.condition(item, below_not=below_not) for item in node.items]
            if not parts:
                return exp.true()
            return exp.paren(exp.and_(*parts) if node.every else exp.or_(*parts), copy=False)
        return self.leaf(node, below_not=below_not)

    def leaf(self, leaf: Leaf, *, below_not: bool) -> exp.Expr:
        value = self.value(leaf)
        if leaf.operator in ("is_missing", "is_known"):
            unknown = exp.Is(this=value, expression=exp.null())
            return unknown if leaf.operator == "is_missing" else exp.not_(unknown)
        compared = exp.paren(self.comparison(leaf, value), copy=False)
        if leaf.include_missing:
            return exp.paren(exp.or_(exp.Is(this=value.copy(), expression=exp.null()), compared), copy=False)
        if below_not and leaf.field.absent is None:
            return exp.Coalesce(this=compared, expressions=[exp.false()])
        return compared

    def value(self, leaf: Leaf) -> exp.Expr:
        if leaf.field.profile:
            return leaf.field.profile(self.today)
        column = exp.column("value", table=self.relation(leaf), quoted=True)
        if leaf.field.absent is None:
            return column
        return exp.Coalesce(this=column, expressions=[_literal(leaf.field, leaf.field.absent)])

    def relation(self, leaf: Leaf) -> str:
        assert leaf.field.relation is not None
        query = leaf.field.relation(leaf.arguments, self.today)
        text = query.sql(dialect=DIALECT, identify=True)
        if text not in self.relations:
            self.relations[text] = (f"f{len(self.relations)}", query)
        return self.relations[text][0]

    def comparison(self, leaf: Leaf, value: exp.Expr) -> exp.Expr:
        operator, wanted = leaf.operator, self.resolved(leaf)
        if operator in _COMPARISONS:
            return _COMPARISONS[operator](this=value, expression=_literal(leaf.field, wanted))
        if operator == "between":
            low, high = (_literal(leaf.field, each) for each in wanted)
            return exp.Between(this=value, low=low, high=high)
        if operator in ("in", "not_in"):
            listed = exp.In(this=value, expressions=[_literal(leaf.field, each) for each in wanted])
            return listed if operator == "in" else exp.not_(listed)
        if operator == "contains":
            found = exp.StrPosition(this=value, substr=_literal(leaf.field, wanted))
            return exp.GT(this=found, expression=exp.Literal.number(0))
        if operator == "starts_with":
            return exp.StartsWith(this=value, expression=_literal(leaf.field, wanted))
        return self.relative_day(operator, value, wanted)

    def relative_day(self, operator: str, value: exp.Expr, days: int) -> exp.Expr:
        """The last 30 days end today, the next 30 begin today: both include it."""
        today = _day(self.today)
        if operator == "next_days":
            return exp.Between(this=value, low=today, high=_day(_shift(self.today, days)))
        start = _day(_shift(self.today, -days))
        if operator == "older_than_days":
            return exp.LT(this=value, expression=start)
        return exp.and_(exp.GT(this=value, expression=start), exp.LTE(this=value.copy(), expression=today))

    def resolved(self, leaf: Leaf) -> Any:
        resolve = leaf.field.resolve
        if resolve is None:
            return leaf.value
        if isinstance(leaf.value, tuple):
            return tuple(resolve(each, self.today) for each in leaf.value)
        return resolve(leaf.value, self.today)


def compile_rule(node: Node, *, today: date, branch_ids: Sequence[int] | None) -> exp.Select:
    """``SELECT customer_id`` of those whom the rule chooses among the customers of ``branch_ids``
    (None is the whole bank). ``today`` is the bank's local day."""
    compiler = _Compiler(today=today)
    condition = compiler.condition(node)
    query = _over_profiles(compiler, branch_ids).select(exp.column("customer_id", table="p", quoted=True))
    return query if condition == exp.true() else query.where(_bare(condition))


def compile_missing(node: Node, *, today: date, branch_ids: Sequence[int] | None) -> exp.Select | None:
    """One row: for how many customers each field that can be unknown is so, in the order of
    ``fields_that_can_be_missing``; None when there is no such field."""
    compiler = _Compiler(today=today)
    counts = [
        exp.Count(
            this=exp.Case().when(
                exp.Is(this=compiler.value(leaf), expression=exp.null()), exp.Literal.number(1)
            )
        )
        for leaf in fields_that_can_be_missing(node)
    ]
    return _over_profiles(compiler, branch_ids).select(*counts) if counts else None


def fields_that_can_be_missing(node: Node) -> list[Leaf]:
    """One condition for each distinct field and arguments that may be unknown for a customer."""
    found: dict[tuple[str, str], Leaf] = {}
    for leaf in leaves(node):
        if leaf.field.absent is None:
            found.setdefault((leaf.field.name, repr(sorted(leaf.arguments.items()))), leaf)
    return list(found.values())


def sql_text(query: exp.Expr, *, pretty: bool = False) -> str:
    """As DuckDB reads it. Every name is quoted: ``at`` is a keyword."""
    return query.sql(dialect=DIALECT, identify=True, pretty=pretty)


def _over_profiles(compiler: _Compiler, branch_ids: Sequence[int] | None) -> exp.Select:
    query = exp.Select().from_(
        exp.alias_(exp.to_table("profiles", quoted=True), "p", quoted=True, table=True)
    )
    customer = exp.column("customer_id", table="p", quoted=True)
    for alias, relation in compiler.relations.values():
        query = query.with_(exp.to_identifier(alias, quoted=True), as_=relation, copy=False)
        on = exp.EQ(this=exp.column("customer_id", table=alias, quoted=True), expression=customer.copy())
        query = query.join(exp.to_table(alias, quoted=True), on=on, join_type="left", copy=False)
    if branch_ids is not None:
        query = query.where(_in_branches(branch_ids))
    return query


def _in_branches(branch_ids: Sequence[int]) -> exp.Expr:
    if not branch_ids:
        return exp.false()
    numbers = [exp.Literal.number(int(each)) for each in sorted(set(branch_ids))]
    return exp.In(this=exp.column("branch_id", table="p", quoted=True), expressions=numbers)


def _bare(condition: exp.Expr) -> exp.Expr:
    return condition.this if isinstance(condition, exp.Paren) else condition


def _literal(of: AudienceField, value: Any) -> exp.Expr:
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, date):
        return _day(value)
    digits = exp.Literal.number(f"{abs(value):f}" if not isinstance(value, int) else str(abs(value)))
    signed: exp.Expr = digits if value >= 0 else exp.Neg(this=digits)
    return exp.cast(signed, "double") if of.type is FieldType.PERCENT else signed


def _day(value: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(value.isoformat()), "date")


def _shift(day: date, days: int) -> date:
    """Days before the calendar begins or after it ends are its first and last day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max
