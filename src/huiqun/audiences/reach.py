"""How far back a question looks, told by its SQL: which archived months it needs."""

from datetime import date

from sqlglot import exp

from huiqun.audiences.rules import conditions
from huiqun.foundation import lake


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
        for part in conditions.parts(where.this)
        if (day := _bound(part, table.alias_or_name, alone=alone)) is not None
    ]
    return max(days, default=None)


def _bound(part: exp.Expr, name: str, *, alone: bool) -> date | None:
    """The day of ``dt >= DATE '…'``."""
    day = conditions.first_day(part)
    if not day or (part.this.table != name and (part.this.table or not alone)):
        return None
    try:
        return date.fromisoformat(day[:10])
    except ValueError:
        return None
