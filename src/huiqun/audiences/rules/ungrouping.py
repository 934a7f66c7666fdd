"""Groups that change nothing are taken out of a query: those of a customer's only row, and those that only ask
whether any row goes far enough. An engine then has no table of groups to keep."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

CUSTOMER = "customer_id"
_TOWARDS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.Max: (exp.GT, exp.GTE),
    exp.Min: (exp.LT, exp.LTE),
}
_ABOUT_NONE: dict[bool, tuple[type[exp.Expr], ...]] = {
    False: (exp.GT, exp.GTE, exp.NEQ),
    True: (exp.EQ, exp.LTE, exp.LT),
}
"""Comparisons by which a count is above nothing; below NOT, those by which it is nothing."""


def ungrouped(query: exp.Expr, unique: Mapping[str, Sequence[str]]) -> exp.Expr:
    """``query``, changed in place. ``unique`` says by which columns each row of a dataset is the only one."""
    for select in list(query.find_all(exp.Select)):
        table = _one_table(select)
        if table is None or not _by_customer(select):
            continue
        if _has_rows(select):
            select.set("having", None)
            select.set("group", None)
        elif counted := _two_kinds(select):
            select.set("having", exp.Having(this=_differ(counted)))
        elif _only_row(select, unique.get(table, ())) or _any_row(select):
            _ungroup(select)
        else:
            _start_at_the_limit(select)
    return query


def _one_table(select: exp.Select) -> str | None:
    source = select.args.get("from_")
    if source is None or select.args.get("joins") or not isinstance(source.this, exp.Table):
        return None
    return str(source.this.name)


def _by_customer(select: exp.Select) -> bool:
    group = select.args.get("group")
    if group is None or len(group.expressions) != 1:
        return False
    by = group.expressions[0]
    return isinstance(by, exp.Column) and by.name == CUSTOMER and not by.table


def _only_row(select: exp.Select, key: Sequence[str]) -> bool:
    """Whether the conditions leave each customer one row, and that row's value is the group's."""
    if CUSTOMER not in key:
        return False
    pinned = {part.this.name for part in _parts(select) if isinstance(part, exp.EQ) and _pins(part)}
    if not pinned.issuperset(set(key) - {CUSTOMER}) or select.find(exp.Filter):
        return False
    return all(
        isinstance(each, (exp.Max, exp.Min, exp.Sum)) and not isinstance(each.this, exp.Distinct)
        for each in _aggregates(select)
    )


def _pins(part: exp.EQ) -> bool:
    return isinstance(part.this, exp.Column) and part.expression.find(exp.Column, exp.Subquery) is None


def _any_row(select: exp.Select) -> bool:
    """``IN (… HAVING MAX(x) > 5)``: whether any row goes as far, asked of a set of customers."""
    having = select.args.get("having")
    if having is None or not _is_set(select):
        return False
    condition = having.this
    towards = _TOWARDS.get(type(condition.this), ())
    return isinstance(condition, towards) and condition.expression.find(exp.Column, exp.Subquery) is None


def _has_rows(select: exp.Select) -> bool:
    """``IN (… HAVING COUNT(*) > 0)``: every group has rows, so nothing is asked but whether there is one."""
    having = select.args.get("having")
    if having is None or not _is_set(select):
        return False
    condition, none = having.this, False
    if isinstance(condition, exp.Not):
        condition, none = condition.this.unnest(), True
    if not isinstance(condition, _ABOUT_NONE[none]) or not isinstance(condition.expression, exp.Literal):
        return False
    counted = condition.this.this if isinstance(condition.this, exp.Coalesce) else condition.this
    if not isinstance(counted, exp.Count) or not isinstance(counted.this, exp.Star):
        return False
    return str(condition.expression.this) == ("1" if isinstance(condition, (exp.GTE, exp.LT)) else "0")


def _two_kinds(select: exp.Select) -> exp.Expr | None:
    """The x of ``HAVING COUNT(DISTINCT x) >= 2``, said in any way."""
    having = select.args.get("having")
    if having is None or not _is_set(select):
        return None
    condition, negated = having.this, False
    if isinstance(condition, exp.Not):
        condition, negated = condition.this.unnest(), True
    wanted = {exp.LT: "2", exp.LTE: "1"} if negated else {exp.GTE: "2", exp.GT: "1"}
    limit = wanted.get(type(condition))
    if limit is None or not isinstance(condition.expression, exp.Literal):
        return None
    counted = condition.this.this if isinstance(condition.this, exp.Coalesce) else condition.this
    distinct = counted.this if isinstance(counted, exp.Count) else None
    if not isinstance(distinct, exp.Distinct) or len(distinct.expressions) != 1:
        return None
    return distinct.expressions[0] if str(condition.expression.this) == limit else None


def _differ(value: exp.Expr) -> exp.Expr:
    """Two values are kept for each customer instead of a table of them all."""
    return exp.NEQ(this=exp.Min(this=value.copy()), expression=exp.Max(this=value.copy()))


def _start_at_the_limit(select: exp.Select) -> None:
    """``HAVING MAX(x) > 5 AND MAX(x) < 9``: rows up to 5 decide nothing."""
    having = select.args.get("having")
    if having is None or not _is_set(select) or not isinstance(having.this, exp.And):
        return
    if len({each.sql() for each in _aggregates(select)}) != 1:
        return
    for part in having.this.flatten():
        towards = _TOWARDS.get(type(part.this), ())
        if isinstance(part, towards) and part.expression.find(exp.Column, exp.Subquery) is None:
            row = part.copy()
            row.set("this", part.this.this.copy())
            select.where(row, copy=False)


def _is_set(select: exp.Select) -> bool:
    inside = select.parent if isinstance(select.parent, exp.Subquery) else None
    return inside is not None and isinstance(inside.parent, exp.In) and len(select.expressions) == 1


def _aggregates(select: exp.Select) -> list[exp.Expr]:
    having = select.args.get("having")
    asked = [*select.expressions, *([having] if having else [])]
    return [each for part in asked for each in part.find_all(exp.AggFunc)]


def _parts(select: exp.Select) -> list[exp.Expr]:
    where = select.args.get("where")
    if where is None:
        return []
    return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]


def _ungroup(select: exp.Select) -> None:
    for aggregate in _aggregates(select):
        aggregate.replace(aggregate.this.copy())
    having = select.args.get("having")
    select.set("group", None)
    select.set("having", None)
    if having is not None:
        select.where(having.this, copy=False)
