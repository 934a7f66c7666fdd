"""From a checked rule tree to one SELECT of customer ids.

The tree of SQL is built, never pasted: values become literals of sqlglot, which escapes them. Each condition
is true or false for every customer; where a field is unknown it is false (or true with ``missing: include``),
also below ``not``, so that no engine's third truth value decides who is chosen.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from huiqun.audiences.rules.fusing import Among, fused
from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node, leaves
from huiqun.foundation.fields import AudienceField, FieldType, Measure

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


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where a condition's values come from: a relation of its own, or one that several conditions share."""

    rows: exp.Select
    value: exp.Expr
    measured: bool

    def customers(self, condition: exp.Expr) -> exp.Select:
        """Of whom the value meets the condition."""
        return self.rows.having(condition) if self.measured else self.rows.where(condition)


@dataclass(kw_only=True)
class _Compiler:
    """A condition on a profile or on a column of the feature file is an expression over the customer's row;
    any other asks whether the customer is among those of a relation. ``shared`` are relations that several
    conditions use: each is worked out once."""

    today: date
    features: Mapping[str, str]
    uses: Counter[str]
    shared: dict[str, tuple[str, exp.Select]] = field(default_factory=dict)
    relations: dict[str, Measure | exp.Select] = field(default_factory=dict)

    def condition(self, node: Node, *, below_not: bool = False) -> exp.Expr:
        if isinstance(node, Negation):
            return exp.not_(self.condition(node.item, below_not=True))
        if isinstance(node, Group):
            if not node.items:
                return exp.true()
            if node.every:
                every = self.every(node.items, below_not=below_not)
                return exp.paren(exp.and_(*every, copy=False), copy=False)
            parts = [self.condition(item, below_not=below_not) for item in node.items]
            return exp.paren(exp.or_(*parts, copy=False), copy=False)
        return self.leaf(node, below_not=below_not)

    def leaf(self, leaf: Leaf, *, below_not: bool) -> exp.Expr:
        if leaf.field.profile:
            return self.on_row(leaf, leaf.field.profile(self.today), below_not=below_not)
        if name := self.features.get(feature_key(leaf)):
            return self.on_row(leaf, self.kept(leaf, name, below_not=below_not), below_not=below_not)
        return self.among(leaf)

    def kept(self, leaf: Leaf, name: str, *, below_not: bool) -> exp.Expr:
        """A bare column, by which engines skip rows, where not knowing a value is as good as not meeting the
        condition."""
        value = exp.column(name, table="p", quoted=True)
        if below_not or _holds_for_absent(leaf, self.resolved(leaf)):
            return self.or_absent(leaf, value)
        return value

    def on_row(self, leaf: Leaf, value: exp.Expr, *, below_not: bool) -> exp.Expr:
        if leaf.operator in ("is_missing", "is_known"):
            unknown = exp.Is(this=value, expression=exp.null())
            return unknown if leaf.operator == "is_missing" else exp.not_(unknown)
        simpler = leaf.field.bounds(leaf.operator, leaf.value, self.today) if leaf.field.bounds else None
        compared = exp.paren(simpler or self.comparison(leaf, value), copy=False)
        if leaf.include_missing:
            return exp.paren(exp.or_(exp.Is(this=value.copy(), expression=exp.null()), compared), copy=False)
        if below_not and leaf.field.absent is None:
            return exp.Coalesce(this=compared, expressions=[exp.false()])
        return compared

    def every(self, items: Sequence[Node], *, below_not: bool) -> list[exp.Expr]:
        """Conditions of which all must hold; some are asked together. Engines ask "not among" in the order in
        which it is written: it comes last, when few customers are left."""
        asked = {
            id(item): self.asked(item) for item in items if isinstance(item, Leaf) and self.is_alone(item)
        }
        of = {id(part): each for each in fused(list(asked.values())) for part in each.parts}
        parts, said = list[exp.Expr](), set[int]()
        for item in items:
            answer = of.get(id(asked.get(id(item))))
            if answer is None:
                parts.append(self.condition(item, below_not=below_not))
            elif id(answer) not in said:
                said.add(id(answer))
                parts.append(_membership(answer.customers, are_in=answer.are_in))
        return sorted(parts, key=_turn)

    def is_alone(self, leaf: Leaf) -> bool:
        """Whether it asks a relation, and no other condition asks the same one."""
        if leaf.field.profile or self.features.get(feature_key(leaf)):
            return False
        return self.uses[feature_key(leaf)] == 1

    def among(self, leaf: Leaf) -> exp.Expr:
        asked, source = self.asked(leaf), self.source(leaf)
        return _membership(source.customers(asked.condition(source.value)), are_in=asked.are_in)

    def asked(self, leaf: Leaf) -> Among:
        """Who meets the condition, or everybody but those who do not, where having no row is enough.

        A value that is unknown meets nothing and fails nothing: it is as if there were no row.
        """
        relation, absent = self.relation(leaf), leaf.field.absent
        if leaf.operator in ("is_missing", "is_known"):
            return Among(
                relation=relation,
                condition=lambda value: exp.not_(exp.Is(this=value, expression=exp.null())),
                are_in=leaf.operator == "is_known",
                nothing=False,
            )

        def compared(value: exp.Expr) -> exp.Expr:
            return self.comparison(leaf, value)

        left_out = leaf.include_missing or _holds_for_absent(leaf, self.resolved(leaf))
        counts = isinstance(relation, Measure) and isinstance(relation.value, exp.Count)
        return Among(
            relation=relation,
            condition=(lambda value: exp.not_(exp.paren(compared(value)))) if left_out else compared,
            are_in=not left_out,
            nothing=not counts or absent == 0,
        )

    def source(self, leaf: Leaf) -> _Source:
        key, relation = feature_key(leaf), self.relation(leaf)
        if isinstance(relation, Measure) and self.uses[key] == 1:
            return _Source(rows=_customers_of(relation), value=relation.value.copy(), measured=True)
        if key not in self.shared:
            query = relation.query() if isinstance(relation, Measure) else relation
            self.shared[key] = (f"f{len(self.shared)}", query)
        alias = self.shared[key][0]
        rows = exp.select(exp.column("customer_id", quoted=True)).from_(exp.to_table(alias, quoted=True))
        return _Source(rows=rows, value=exp.column("value", quoted=True), measured=False)

    def relation(self, leaf: Leaf) -> Measure | exp.Select:
        """Not to be changed: whoever asks for it again gets the same."""
        key = feature_key(leaf)
        if key not in self.relations:
            assert leaf.field.relation is not None
            self.relations[key] = leaf.field.relation(leaf.arguments, self.today)
        return self.relations[key]

    def or_absent(self, leaf: Leaf, value: exp.Expr) -> exp.Expr:
        if leaf.field.absent is None:
            return value
        return exp.Coalesce(this=value, expressions=[_literal(leaf.field, leaf.field.absent)])

    def comparison(self, leaf: Leaf, value: exp.Expr) -> exp.Expr:
        operator, wanted = leaf.operator, self.resolved(leaf)
        if operator in _COMPARISONS:
            return _COMPARISONS[operator](this=value, expression=_literal(leaf.field, wanted))
        if operator == "between":
            low, high = (_literal(leaf.field, each) for each in wanted)
            return exp.Between(this=value, low=low, high=high)
        if operator in ("in", "not_in"):
            listed = _one_of(leaf.field, value, wanted)
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


def compile_rule(
    node: Node,
    *,
    today: date,
    branch_ids: Sequence[int] | None,
    features: Mapping[str, str] | None = None,
    table: str = "profiles",
) -> exp.Select:
    """``SELECT customer_id`` of those whom the rule chooses among the customers of ``branch_ids``
    (None is the whole bank). ``today`` is the bank's local day.

    ``table`` has a row for each customer with the columns of ``profiles``, and for each key of ``features``
    (see ``feature_key``) a column of that name with the field's value on that day.
    """
    compiler = _compiler(node, today, features)
    condition = compiler.condition(node)
    query = _over(table, compiler, branch_ids).select(exp.column("customer_id", table="p", quoted=True))
    return query if condition == exp.true() else query.where(_bare(condition), copy=False)


def compile_missing(
    node: Node,
    *,
    today: date,
    branch_ids: Sequence[int] | None,
    features: Mapping[str, str] | None = None,
    table: str = "profiles",
) -> exp.Select | None:
    """One row: for how many customers each field that can be unknown is so, in the order of
    ``fields_that_can_be_missing``; None when there is no such field."""
    unknown = [
        replace(leaf, operator="is_missing", value=None, include_missing=False)
        for leaf in fields_that_can_be_missing(node)
    ]
    if not unknown:
        return None
    compiler = _compiler(Group(path="", every=True, items=tuple(unknown)), today, features)
    counts = [
        exp.Count(this=exp.Case().when(compiler.leaf(leaf, below_not=False), exp.Literal.number(1)))
        for leaf in unknown
    ]
    return _over(table, compiler, branch_ids).select(*counts)


def feature_key(leaf: Leaf) -> str:
    """What a value of a day is known by: the field with its arguments."""
    return leaf.asks_for


def fields_that_can_be_missing(node: Node) -> list[Leaf]:
    """One condition for each distinct field and arguments that may be unknown for a customer."""
    found: dict[str, Leaf] = {}
    for leaf in leaves(node):
        if leaf.field.absent is None:
            found.setdefault(feature_key(leaf), leaf)
    return list(found.values())


def sql_text(query: exp.Expr, *, pretty: bool = False) -> str:
    """As DuckDB reads it. Every name is quoted: ``at`` is a keyword."""
    return query.sql(dialect=DIALECT, identify=True, pretty=pretty)


def _compiler(node: Node, today: date, features: Mapping[str, str] | None) -> _Compiler:
    uses = Counter(feature_key(leaf) for leaf in leaves(node) if not leaf.field.profile)
    return _Compiler(today=today, features=features or {}, uses=uses)


def _customers_of(measure: Measure) -> exp.Select:
    query = measure.query()
    query.set("expressions", [exp.column("customer_id", quoted=True)])
    return query


def _membership(customers: exp.Select, *, are_in: bool) -> exp.Expr:
    among = exp.In(this=exp.column("customer_id", table="p", quoted=True), query=exp.Subquery(this=customers))
    return among if are_in else exp.not_(among)


def _turn(condition: exp.Expr) -> int:
    """A look at the customer's row, then who is among others, then who is not."""
    if not condition.find(exp.Subquery):
        return 0
    return 2 if isinstance(condition, exp.Not) and isinstance(condition.this, exp.In) else 1


def _holds_for_absent(leaf: Leaf, wanted: Any) -> bool:
    """Whether a customer without any row meets the condition; one for whom the field is unknown does not."""
    absent = leaf.field.absent
    if absent is None:
        return False
    tests: dict[str, Callable[[], bool]] = {
        "eq": lambda: absent == wanted,
        "ne": lambda: absent != wanted,
        "gt": lambda: absent > wanted,
        "gte": lambda: absent >= wanted,
        "lt": lambda: absent < wanted,
        "lte": lambda: absent <= wanted,
        "between": lambda: bool(wanted[0] <= absent <= wanted[1]),
    }
    return bool(tests[leaf.operator]())


def _one_of(of: AudienceField, value: exp.Expr, wanted: Sequence[Any]) -> exp.Expr:
    """Numbers without a gap are asked for by their ends, which engines decide faster."""
    numbers = sorted(each for each in wanted if isinstance(each, int) and not isinstance(each, bool))
    if len(numbers) == len(wanted) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return exp.Between(this=value, low=_literal(of, numbers[0]), high=_literal(of, numbers[-1]))
    return exp.In(this=value, expressions=[_literal(of, each) for each in wanted])


def _over(table: str, compiler: _Compiler, branch_ids: Sequence[int] | None) -> exp.Select:
    query = exp.Select().from_(exp.alias_(exp.to_table(table, quoted=True), "p", quoted=True, table=True))
    for alias, relation in compiler.shared.values():
        query = query.with_(exp.to_identifier(alias, quoted=True), as_=relation, copy=False)
    return query if branch_ids is None else query.where(_in_branches(branch_ids))


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
