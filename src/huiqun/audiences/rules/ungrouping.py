"""Groups that change nothing are taken out of a query: those of a customer's only row, and those that only ask
whether any row goes far enough. An engine then has no table of groups to keep."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

CUSTOMER = "customer_id"
_TOWARDS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.Max: (exp.GT, exp.GTE),
    exp.Min: (exp.LT, exp.LTE),
}
_MORE: dict[bool, dict[type[exp.Expr], int]] = {
    False: {exp.GTE: 0, exp.GT: 1, exp.NEQ: 1},
    True: {exp.LT: 0, exp.LTE: 1, exp.EQ: 1},
}
"""By how much more than its limit a count must be; below NOT, by the comparisons that turn round there. "Not 0" is
at least 1, and no other number is said so."""


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
    counted, least = _at_least(select)
    return least == 1 and isinstance(counted, exp.Star)


def _two_kinds(select: exp.Select) -> exp.Expr | None:
    """The x of ``IN (… HAVING COUNT(DISTINCT x) >= 2)``."""
    counted, least = _at_least(select)
    if least != 2 or not isinstance(counted, exp.Distinct) or len(counted.expressions) != 1:
        return None
    distinct: exp.Expr = counted.expressions[0]
    return distinct


def _at_least(select: exp.Select) -> tuple[exp.Expr | None, int]:
    """What a set of customers counts, and how many it must be at the least, in whatever way that is said."""
    having = select.args.get("having")
    if having is None or not _is_set(select):
        return None, 0
    condition, negated = having.this, False
    if isinstance(condition, exp.Not):
        condition, negated = condition.this.unnest(), True
    more = _MORE[negated].get(type(condition))
    limit = condition.expression if more is not None else None
    if not isinstance(limit, exp.Literal) or not str(limit.this).isdigit():
        return None, 0
    counted = condition.this.this if isinstance(condition.this, exp.Coalesce) else condition.this
    if not isinstance(counted, exp.Count):
        return None, 0
    if isinstance(condition, (exp.EQ, exp.NEQ)) and str(limit.this) != "0":
        return None, 0
    return counted.this, int(str(limit.this)) + int(more or 0)


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
