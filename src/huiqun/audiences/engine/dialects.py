"""The same question in the words of another engine, with the same answer.

A rule compiles to one tree of SQL, which DuckDB runs as it is. Where another engine would answer it in
another way, slowly or not at all, the tree is rewritten here and nowhere else; docs/operations/spark.md
lists what was found. Spark is an engine of the product; PostgreSQL is a witness whom the tests ask as well.
"""

from collections.abc import Mapping

from sqlglot import exp

MOST_DIGITS = 38
"""DuckDB reads a literal of more digits as a floating number, PostgreSQL keeps all of it, Spark refuses it."""


def spark_sql(query: exp.Expr, *, tables: Mapping[str, str] | None = None, pretty: bool = False) -> str:
    """For Spark 4, in a session as ``spark_session`` sets it up. ``tables`` says what a dataset is called there."""
    tree = _with_long_numbers_floating(query.copy())
    for number, each in enumerate(list(tree.find_all(exp.In))):
        if each.args.get("query"):
            each.replace(_exists(each, f"m{number}"))
    for pattern in tree.find_all(exp.RegexpLike):
        _end_at_the_end(pattern)
    for table in tree.find_all(exp.Table):
        if new := (tables or {}).get(table.name):
            table.set("this", exp.to_identifier(new, quoted=True))
    return tree.sql(dialect="spark", identify=True, pretty=pretty)


def postgres_sql(query: exp.Expr) -> str:
    """For PostgreSQL in a session in UTC, over columns of text in the collation "C"."""
    return _with_long_numbers_floating(query.copy()).sql(dialect="postgres", identify=True)


def _with_long_numbers_floating(tree: exp.Expr) -> exp.Expr:
    for each in list(tree.find_all(exp.Literal)):
        if not each.is_string and sum(map(str.isdigit, each.name)) > MOST_DIGITS:
            each.replace(exp.cast(exp.Literal.string(each.name), "double"))
    return tree


def _exists(among: exp.In, alias: str) -> exp.Expr:
    """Spark plans NOT IN so that NULL would be minded: it sends the whole list of ids to every worker. Ids are
    never NULL, and NOT EXISTS is an ordinary anti-join."""
    members = among.args["query"].this.subquery(exp.to_identifier(alias, quoted=True))
    selected = among.args["query"].this.expressions[0].alias_or_name
    same = exp.EQ(this=exp.column(selected, table=alias, quoted=True), expression=among.this.copy())
    return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(members).where(same))


def _end_at_the_end(match: exp.RegexpLike) -> None:
    """In Java ``$`` also matches before a line's end."""
    pattern = match.expression
    if isinstance(pattern, exp.Literal) and pattern.name.endswith("$"):
        match.set("expression", exp.Literal.string(pattern.name[:-1] + r"\z"))
