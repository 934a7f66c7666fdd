"""Groups that change nothing are taken out of a query: those of a customer's only row, and those that only ask
whether any row goes far enough. An engine then has no table of groups to keep."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

CUSTOMER = "customer_id"
_TOWARDS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.Max: (exp.GT, exp.GTE),
    exp.Min: (exp.LT, exp.LTE),
}


def ungrouped(query: exp.Expr, unique: Mapping[str, Sequence[str]]) -> exp.Expr:
    """``query``, changed in place. ``unique`` says by which columns each row of a dataset is the only one."""
    for select in list(query.find_all(exp.Select)):
        table = _one_table(select)
        if table is None or not _by_customer(select):
            continue
        if _only_row(select, unique.get(table, ())) or _any_row(select):
            _ungroup(select)
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
    if having is None or not isinstance(select.parent, exp.Subquery):
        return False
    if not isinstance(select.parent.parent, exp.In) or len(select.expressions) != 1:
        return False
    condition = having.this
    towards = _TOWARDS.get(type(condition.this), ())
    return isinstance(condition, towards) and condition.expression.find(exp.Column, exp.Subquery) is None


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
