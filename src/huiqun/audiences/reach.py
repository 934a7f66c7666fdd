"""How far back a question looks, told by its SQL: which archived months it needs."""

from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from huiqun.foundation import lake

_LOWER = (exp.GT, exp.GTE, exp.EQ)


def reach_of(*queries: exp.Expr) -> lake.Reach:
    """For each dataset that is asked the first day that matters; None where that cannot be told."""
    found: dict[str, date | None] = {}
    for query in queries:
        for table in query.find_all(exp.Table):
            if table.name in lake.DATASETS:
                first = _first(table)
                known = found.get(table.name, first)
                found[table.name] = None if first is None or known is None else min(first, known)
    return found


def _first(table: exp.Table) -> date | None:
    """A bound counts only where it is sure to be of this table's ``dt`` and to be met by every row."""
    select = table.parent_select
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    if select is None or where is None:
        return None
    alone = not select.args.get("joins")
    days = [
        day
        for part in _flat(where.this)
        if (day := _bound(part, table.alias_or_name, alone=alone)) is not None
    ]
    return max(days, default=None)


def _bound(part: exp.Expr, name: str, *, alone: bool) -> date | None:
    """The day of ``dt >= DATE '…'``."""
    if not isinstance(part, _LOWER) or not isinstance(part.this, exp.Column) or part.this.name != "dt":
        return None
    if part.this.table != name and (part.this.table or not alone):
        return None
    cast = part.expression
    if not isinstance(cast, exp.Cast) or not isinstance(cast.this, exp.Literal):
        return None
    try:
        return date.fromisoformat(str(cast.this.this)[:10])
    except ValueError:
        return None


def _flat(condition: exp.Expr) -> Iterable[exp.Expr]:
    bare = condition.unnest() if isinstance(condition, exp.Paren) else condition
    if not isinstance(bare, exp.And):
        return [bare]
    return [part for each in bare.flatten() for part in _flat(each)]
