"""What new events do to each column: what grows is added to, what is put together is put together again, and
the rest is read anew for those customers who have events that it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from huiqun.audiences.features import held
from huiqun.audiences.features.reading import text
from huiqun.audiences.features.relations import CUSTOMER, Column, quoted
from huiqun.audiences.features.states import State
from huiqun.audiences.features.steps import DIRTY, GROWN, Reading, Steps, new
from huiqun.foundation.fields import Growth, Measure

OF_BASE = "of_base"
News = Mapping[str, str]
"""From a dataset to the paths of the files that came since, as SQL."""


@dataclass(frozen=True)
class _Update:
    """A table of the session with new values of ``columns``, and how they go together with the old."""

    table: str
    columns: tuple[Column, ...]
    joined: Callable[[Column, str, str], str]


class Changes:
    def __init__(self, connection: duckdb.DuckDBPyConnection, news: News, steps: Steps) -> None:
        self.connection, self.news, self.steps = connection, news, steps
        self.updates: list[_Update] = []

    def found(self) -> bool:
        """Look through the new files; whether anybody changes."""
        for dataset, paths in self.news.items():
            self._table(new(dataset), f"SELECT * FROM read_parquet([{paths}])")
        for reading in self.steps.growing:
            self._update(reading, _added)
        for reading in self.steps.anew:
            self._table(reading.whom, reading.among)
            if self._has_rows(reading.whom):
                self._update(reading, _replaced)
        return bool(self.updates)

    def write(self, state: State, path: Path) -> int:
        """All rows that differ from the base, as they are now; how many."""
        self._table(DIRTY, " UNION ".join(f"SELECT {CUSTOMER} FROM {each.table}" for each in self.updates))
        dirty = self.connection.sql(f"SELECT {CUSTOMER} FROM {DIRTY}").to_arrow_table()
        of_base = held.rows_of(state, dirty)
        names = of_base.schema.names
        self.connection.register(OF_BASE, of_base)
        self._table("before", self._before(state))
        self._table(GROWN, self._joined("before", names, self.updates))
        self.updates = []
        for reading in self.steps.wholes:
            self._update(reading, _replaced)
        rows = self._joined(GROWN, names, self.updates)
        if state.overlay_path is not None:
            kept = f"SELECT * FROM {_file(state.overlay_path)} ANTI JOIN {DIRTY} USING ({CUSTOMER})"
            rows = f"SELECT * FROM ({rows} UNION ALL {kept})"
        ((count,),) = self.connection.execute(
            f"COPY ({rows} ORDER BY {CUSTOMER}) TO {text(str(path))} (FORMAT parquet, COMPRESSION snappy)"
        ).fetchall()
        return int(count)

    def _before(self, state: State) -> str:
        if state.overlay_path is None:
            return f"SELECT * FROM {OF_BASE}"
        newer = _file(state.overlay_path)
        older = f"SELECT * FROM {OF_BASE} ANTI JOIN {newer} AS newer USING ({CUSTOMER})"
        return f"{older} UNION ALL SELECT * FROM {newer} SEMI JOIN {DIRTY} USING ({CUSTOMER})"

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

    def _update(self, reading: Reading, joined: Callable[[Column, str, str], str]) -> None:
        table = f"update_{len(self.updates)}"
        self._table(table, reading.query)
        if self._has_rows(table):
            self.updates.append(_Update(table, reading.columns, joined))

    def _table(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {query}")

    def _has_rows(self, table: str) -> bool:
        return bool(self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


def _added(column: Column, old: str, table: str) -> str:
    assert isinstance(column.relation, Measure)
    value = f"{table}.{quoted(column.name)}"
    if column.relation.growth is Growth.SUM:
        return f"COALESCE({old} + {value}, {old}, {value})"
    return f"{'greatest' if column.relation.growth is Growth.MAX else 'least'}({old}, {value})"


def _replaced(column: Column, old: str, table: str) -> str:
    return f"CASE WHEN {table}.{CUSTOMER} IS NULL THEN {old} ELSE {table}.{quoted(column.name)} END"


def _file(path: Path) -> str:
    return f"read_parquet({text(str(path))})"
