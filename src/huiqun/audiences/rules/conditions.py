"""Conditions in SQL taken apart: what must hold, and from which day on rows count."""

from sqlglot import exp

_LOWER = (exp.GT, exp.GTE, exp.EQ)


def parts(condition: exp.Expr) -> list[exp.Expr]:
    """What must hold, each for itself, however it is bracketed."""
    bare = condition.unnest() if isinstance(condition, exp.Paren) else condition
    if not isinstance(bare, exp.And):
        return [bare]
    return [part for each in bare.flatten() for part in parts(each)]


def first_day(part: exp.Expr) -> str:
    """The day of ``dt > DATE '…'``, ``>=`` or ``=``; "" for any other condition. Days as text sort as days do."""
    if not isinstance(part, _LOWER) or not isinstance(part.this, exp.Column) or part.this.name != "dt":
        return ""
    if not isinstance(part.expression, exp.Cast) or not isinstance(part.expression.this, exp.Literal):
        return ""
    return str(part.expression.this.this)
