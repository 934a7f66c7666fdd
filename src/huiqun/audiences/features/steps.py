"""What has to be asked when events of some datasets came: written once for a feature file, run at every tick."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from huiqun.audiences.features.parts import measures_in, parts_of, put_together
from huiqun.audiences.features.relations import (
    CUSTOMER,
    Column,
    Empty,
    alone,
    jointly,
    quoted,
    sql,
    together,
)
from huiqun.foundation import lake
from huiqun.foundation.fields import Measure

DIRTY, GROWN = "dirty", "grown"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Columns that one query has new values of. ``whom``, if there is one, is a table of customers that
    ``among`` fills first and that the query asks about."""

    columns: tuple[Column, ...]
    query: str
    whom: str = ""
    among: str = ""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """``growing`` is read from the new rows alone, ``anew`` from the lake for those who have new rows,
    ``wholes`` are put together from columns that may have changed."""

    growing: tuple[Reading, ...]
    anew: tuple[Reading, ...]
    wholes: tuple[Reading, ...]


@dataclass
class Plan:
    """The columns of a feature file, and what is asked for each set of datasets that have news."""

    columns: Sequence[Column]
    _steps: dict[frozenset[str], Steps] = field(default_factory=dict)

    @property
    def reads(self) -> set[str]:
        return {name for column in self.columns for name in column.reads}

    def steps(self, news: frozenset[str], empty: Empty) -> Steps:
        if news not in self._steps:
            self._steps[news] = _steps(self.columns, news, empty)
        return self._steps[news]


def new(dataset: str) -> str:
    """The table of a dataset's new rows."""
    return f"new_{dataset}"


def _steps(columns: Sequence[Column], news: frozenset[str], empty: Empty) -> Steps:
    parts = parts_of(columns)
    every = [*columns, *(part for part in parts.values() if part.feature is None)]
    touched = [each for each in every if each.reads & news]
    wholes = [each for each in touched if measures_in(each) is not None]
    rest = [each for each in touched if each not in wholes]
    return Steps(
        growing=tuple(_growing(group, empty) for group in together([each for each in rest if _grows(each)])),
        anew=tuple(_anew(each, n, news) for n, each in enumerate(rest) if not _grows(each)),
        wholes=tuple(_whole(each, parts) for each in wholes),
    )


def _growing(group: Sequence[Column], empty: Empty) -> Reading:
    assert isinstance(group[0].relation, Measure)
    source = exp.to_table(new(group[0].relation.dataset), quoted=True)
    return Reading(columns=tuple(group), query=sql(jointly(group, empty, source)))


def _anew(column: Column, number: int, news: frozenset[str]) -> Reading:
    whom = f"whom_{number}"
    value = f"SELECT {CUSTOMER}, {quoted(column.name)} FROM ({sql(_only(alone(column), whom))})"
    return Reading(
        columns=(column,),
        query=f"{value} RIGHT JOIN {whom} USING ({CUSTOMER})",
        whom=whom,
        among=_affected(column, news),
    )


def _whole(column: Column, parts: dict[str, Column]) -> Reading:
    query = put_together(column, parts, lambda _part: GROWN)
    value = f"SELECT {CUSTOMER}, {quoted(column.name)} FROM ({sql(alone(column, query))})"
    return Reading(columns=(column,), query=f"{value} RIGHT JOIN {DIRTY} USING ({CUSTOMER})")


def _affected(column: Column, news: frozenset[str]) -> str:
    """Customers with new rows that the column looks at. A reading of one dataset with conditions on its own
    rows takes no notice of the others."""
    parts = []
    for table in column.query().find_all(exp.Table):
        if table.name in news:
            query = exp.select(exp.column(CUSTOMER, quoted=True)).distinct()
            query = query.from_(exp.to_table(new(table.name), quoted=True))
            parts.append(sql(query.where(*_conditions(table))))
    return " UNION ".join(parts)


def _grows(column: Column) -> bool:
    return isinstance(column.relation, Measure) and column.relation.growth is not None and column.splits()


def _only(query: exp.Select, whom: str) -> exp.Expr:
    """The query for the customers of ``whom`` alone."""
    for table in list(query.find_all(exp.Table)):
        if table.name in lake.DATASETS:
            rows = exp.select("*").from_(exp.to_table(table.name, quoted=True))
            among = exp.select(exp.column(CUSTOMER, quoted=True)).from_(exp.to_table(whom))
            rows = rows.where(exp.In(this=exp.column(CUSTOMER, quoted=True), query=among.subquery()))
            table.replace(rows.subquery(table.alias_or_name))
    return query


def _conditions(table: exp.Table) -> list[exp.Expr]:
    """What a row of ``table`` has to meet to be looked at; nothing where that cannot be told."""
    select = table.parent_select
    if not isinstance(select, exp.Select) or select.args.get("joins") or table.alias:
        return []
    where = select.args.get("where")
    if where is None or where.find(exp.Subquery) or any(each.table for each in where.find_all(exp.Column)):
        return []
    return [where.this.copy()]
