"""Relations that put measures together ("the last pause, and no start after it") are kept in their parts: the
parts are read with all other measures of their dataset, and grow with new events as those do."""

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from huiqun.audiences.features.relations import Column, sql, tables
from huiqun.foundation.fields import Growth, Measure

SHAPE = ["customer_id", "value"]


def parts_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Columns for the parts of all relations that consist of nothing else, by the SQL of the part. A part
    that is a feature itself is that feature's column."""
    found = {}
    for column in columns:
        if isinstance(column.relation, Measure) and column.absent is None:
            found[sql(column.query())] = column
    for column in columns:
        for measure in measures_in(column) or ():
            part = Column(name="", relation=measure)
            text = sql(part.query())
            found.setdefault(text, Column(name=f"part {part.definition}", relation=measure))
    return found


def measures_in(column: Column) -> list[Measure] | None:
    """None unless everything that the relation reads from the lake is a measure."""
    if isinstance(column.relation, Measure):
        return None
    measures = [_measure(each) for each in _places(column.relation)]
    known = [each for each in measures if each is not None]
    return known if known and not tables(_put_together(column.relation, lambda _part: "SELECT 1")) else None


def put_together(column: Column, parts: Mapping[str, Column], table: Callable[[Column], str]) -> exp.Select:
    """``customer_id`` and ``value`` of a relation from ``table`` of each of its parts."""
    assert isinstance(column.relation, exp.Select)
    return _put_together(column.relation, lambda text: _rows(parts[text], table(parts[text])))


def _put_together(query: exp.Select, rows: Callable[[str], str]) -> exp.Select:
    query = query.copy()
    for place in _places(query):
        measure = _measure(place)
        if measure is not None:
            place.set("this", exp.maybe_parse(rows(sql(measure.query())), dialect="duckdb"))
    return query


def _rows(part: Column, table: str) -> str:
    value = exp.column(part.name, quoted=True).sql(dialect="duckdb")
    return f'SELECT "customer_id", {value} AS "value" FROM {table} WHERE NOT {value} IS NULL'


def _places(query: exp.Expr) -> list[exp.Subquery]:
    """Where rows are taken from a query in brackets."""
    return [each for each in query.find_all(exp.Subquery) if isinstance(each.parent, (exp.From, exp.Join))]


def _measure(place: exp.Subquery) -> Measure | None:
    """The measure that the query in brackets is, if it is one."""
    select = place.this
    if not isinstance(select, exp.Select) or not _is_plain(select):
        return None
    where = select.args.get("where")
    parts = tuple(where.this.flatten()) if where and isinstance(where.this, exp.And) else ()
    value = select.expressions[1].unalias()
    measure = Measure(
        dataset=select.args["from_"].this.name,
        value=value.copy(),
        where=tuple(each.copy() for each in parts) or ((where.this.copy(),) if where else ()),
        growth=_growth(value),
    )
    return measure if sql(measure.query()) == sql(select) else None


def _is_plain(select: exp.Select) -> bool:
    source = select.args.get("from_")
    if source is None or not isinstance(source.this, exp.Table) or select.args.get("joins"):
        return False
    if [each.alias_or_name for each in select.expressions] != SHAPE:
        return False
    return bool(select.expressions[1].find(exp.AggFunc)) and not select.find(exp.Subquery, exp.Distinct)


def _growth(value: exp.Expr) -> Growth | None:
    """Maxima, minima, sums and counts grow; anything made of them need not."""
    core = value
    while isinstance(core, (exp.Cast, exp.Coalesce)):
        if isinstance(core, exp.Coalesce) and [sql(each) for each in core.expressions] != ["0"]:
            return None
        core = core.this
    if isinstance(core, (exp.Sum, exp.Count)):
        return Growth.SUM
    if value is core and isinstance(core, (exp.Max, exp.Min)):
        return Growth.MAX if isinstance(core, exp.Max) else Growth.MIN
    return None
