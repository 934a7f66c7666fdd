"""What one value the lake is asked for ("the newest day of holdings") comes to, put into a query as a literal.

A scan is then pruned by it, and two features that ask the same are seen to ask the same.
"""

from collections.abc import Callable

from sqlglot import exp

Ask = Callable[[str], tuple[str | None, str]]
"""From SQL of one row to its value, as text, and its type."""


def resolved(query: exp.Expr, ask: Ask) -> exp.Expr:
    """``query`` (changed in place where it can be) without scalar subqueries."""
    for subquery in list(query.find_all(exp.Subquery)):
        if _is_scalar(subquery):
            text, kind = ask(subquery.this.sql(dialect="duckdb", identify=True))
            value = exp.null() if text is None else exp.Literal.string(text)
            subquery.replace(exp.cast(value, kind, dialect="duckdb"))
    return query


def _is_scalar(subquery: exp.Subquery) -> bool:
    """Compared with something, and about nothing outside: none of its columns names a table."""
    if not isinstance(subquery.parent, exp.Binary):
        return False
    return not any(column.table for column in subquery.find_all(exp.Column))
