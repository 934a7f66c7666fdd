"""What new events do to each column: what grows is added to, what is put together is put together again, and
the rest is read anew for those customers who have events that it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlglot import exp

from huiqun.audiences.features.assembling import TABLE
from huiqun.audiences.features.building import asker
from huiqun.audiences.features.parts import measures_in, parts_of, put_together
from huiqun.audiences.features.reading import attach_base, text
from huiqun.audiences.features.relations import (
    CUSTOMER,
    Column,
    Empty,
    alone,
    jointly,
    quoted,
    sql,
    tables,
    together,
)
from huiqun.audiences.features.states import State
from huiqun.foundation import lake
from huiqun.foundation.fields import Growth, Measure

News = Mapping[str, str]
"""From a dataset to the paths of the files that came since, as SQL."""


@dataclass(frozen=True)
class _Update:
    """A table of the session with new values of ``columns``, and how they go together with the old."""

    table: str
    columns: tuple[Column, ...]
    joined: Callable[[Column, str, str], str]


class Changes:
    def __init__(self, connection: duckdb.DuckDBPyConnection, news: News, columns: Sequence[Column]) -> None:
        self.connection, self.news = connection, news
        self.parts = parts_of(columns)
        every = [*columns, *(part for part in self.parts.values() if part.feature is None)]
        touched = [each for each in every if tables(each.query()) & set(news)]
        self.wholes = [each for each in touched if measures_in(each) is not None]
        self.columns = [each for each in touched if each not in self.wholes]
        self.updates: list[_Update] = []

    def found(self) -> bool:
        """Look through the new files; whether anybody changes."""
        for dataset, paths in self.news.items():
            self._table(_new(dataset), f"SELECT * FROM read_parquet([{paths}])")
        empty = Empty(asker(self.connection))
        for group in together([each for each in self.columns if _grows(each)]):
            assert isinstance(group[0].relation, Measure)
            source = exp.to_table(_new(group[0].relation.dataset), quoted=True)
            self._update(tuple(group), sql(jointly(group, empty, source)), _added)
        for column in self.columns:
            if not _grows(column):
                self._anew(column)
        return bool(self.updates)

    def write(self, state: State, path: Path) -> int:
        """All rows that differ from the base, as they are now; how many."""
        base = attach_base(self.connection, state)
        dirty = " UNION ".join(f"SELECT {CUSTOMER} FROM {each.table}" for each in self.updates)
        self._table("dirty", dirty)
        names = [row[0] for row in self.connection.execute(f"DESCRIBE {base}.{TABLE}").fetchall()]
        self._table("before", self._before(state, base))
        self._table("grown", self._joined("before", names, self.updates))
        self.updates = []
        for column in self.wholes:
            query = put_together(column, self.parts, lambda _part: "grown")
            value = f"SELECT {CUSTOMER}, {quoted(column.name)} FROM ({sql(alone(column, query))})"
            self._update((column,), f"{value} RIGHT JOIN dirty USING ({CUSTOMER})", _replaced)
        rows = self._joined("grown", names, self.updates)
        if state.overlay_path is not None:
            kept = f"SELECT * FROM {_file(state.overlay_path)} ANTI JOIN dirty USING ({CUSTOMER})"
            rows = f"SELECT * FROM ({rows} UNION ALL {kept})"
        self.connection.execute(
            f"COPY ({rows} ORDER BY {CUSTOMER}) TO {text(str(path))} (FORMAT parquet, COMPRESSION snappy)"
        )
        ((count,),) = self.connection.execute(f"SELECT count(*) FROM {_file(path)}").fetchall()
        return int(count)

    def _before(self, state: State, base: str) -> str:
        of_base = f"SELECT * FROM {base}.{TABLE} SEMI JOIN dirty USING ({CUSTOMER})"
        if state.overlay_path is None:
            return of_base
        newer = _file(state.overlay_path)
        older = f"SELECT * FROM ({of_base}) ANTI JOIN {newer} AS newer USING ({CUSTOMER})"
        return f"{older} UNION ALL SELECT * FROM {newer} SEMI JOIN dirty USING ({CUSTOMER})"

    def _joined(self, old: str, names: Sequence[str], updates: Sequence[_Update]) -> str:
        changed = {
            column.name: each.joined(column, f"{old}.{quoted(column.name)}", each.table)
            for each in updates
            for column in each.columns
        }
        listed = ", ".join(
            f"{changed.get(name, f'{old}.{quoted(name)}')} AS {quoted(name)}" for name in names
        )
        joins = " ".join(f"LEFT JOIN {each.table} USING ({CUSTOMER})" for each in updates)
        return f"SELECT {listed} FROM {old} {joins}"

    def _anew(self, column: Column) -> None:
        whom = f"whom_{len(self.updates)}"
        self._table(whom, self._affected(column))
        if not self._has_rows(whom):
            return
        value = f"SELECT {CUSTOMER}, {quoted(column.name)} FROM ({sql(_only(alone(column), whom))})"
        self._update((column,), f"{value} RIGHT JOIN {whom} USING ({CUSTOMER})", _replaced)

    def _update(
        self, columns: tuple[Column, ...], query: str, joined: Callable[[Column, str, str], str]
    ) -> None:
        table = f"update_{len(self.updates)}"
        self._table(table, query)
        if self._has_rows(table):
            self.updates.append(_Update(table, columns, joined))

    def _affected(self, column: Column) -> str:
        """Customers with new rows that the column looks at. A reading of one dataset with conditions on its
        own rows takes no notice of the others."""
        parts = []
        for table in column.query().find_all(exp.Table):
            if table.name in self.news:
                query = exp.select(exp.column(CUSTOMER, quoted=True)).distinct()
                query = query.from_(exp.to_table(_new(table.name), quoted=True))
                parts.append(sql(query.where(*_conditions(table))))
        return " UNION ".join(parts)

    def _table(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {query}")

    def _has_rows(self, table: str) -> bool:
        return bool(self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


def _added(column: Column, old: str, table: str) -> str:
    assert isinstance(column.relation, Measure)
    new = f"{table}.{quoted(column.name)}"
    if column.relation.growth is Growth.SUM:
        return f"COALESCE({old} + {new}, {old}, {new})"
    return f"{'greatest' if column.relation.growth is Growth.MAX else 'least'}({old}, {new})"


def _replaced(column: Column, old: str, table: str) -> str:
    return f"CASE WHEN {table}.{CUSTOMER} IS NULL THEN {old} ELSE {table}.{quoted(column.name)} END"


def _new(dataset: str) -> str:
    return f"new_{dataset}"


def _file(path: Path) -> str:
    return f"read_parquet({text(str(path))})"


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
