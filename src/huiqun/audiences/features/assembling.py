"""Readings laid side by side: a row for each customer in the order of ids, range by range.

Within a range, an array says where each customer's row of a reading is. That takes a fraction of the time of
joins and a sort, and memory for two ranges.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqun.audiences.features.relations import CUSTOMER, Column, quoted

CHUNK = 6 * 122_880
"""Whole groups of rows as DuckDB keeps them."""
SPARSE = 8
"""Ranges of ids that are fuller than one in so many are looked up by an array as long as the range."""
TABLE, ROWS = "customers", "written"
"""What is read, a view, and the table behind it."""

Ids = npt.NDArray[np.int64]


def assemble(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], columns: Sequence[Column]) -> int:
    """Make ``draft.customers`` from ``profiles`` and ``tables`` of the session; how many rows. A column that
    nobody has a value in is not written for everybody: it is one of a view."""
    names = "".join(f", {quoted(each.name)}" for each in columns)
    joins = "".join(f" LEFT JOIN {table} USING ({CUSTOMER})" for table in tables)
    wanted = f"SELECT profiles.*{names} FROM profiles{joins}"
    filled = [each for each in tables if connection.execute(f"SELECT 1 FROM {each} LIMIT 1").fetchall()]
    rows = _written(connection, filled)
    connection.execute(f"CREATE VIEW draft.{TABLE} AS {_listed(connection, wanted)} FROM {ROWS}")
    return rows


def _written(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> int:
    bounds = _ranges(connection)
    if not bounds:
        connection.execute(f"CREATE TABLE draft.{ROWS} AS SELECT * FROM profiles")
        return 0
    chunks = _Chunks(_chunk(connection, low, high, tables) for low, high in bounds)
    with connection.cursor() as writer:
        # One statement: what is written chunk by chunk goes through the log, and is compressed once more.
        writer.register("rows_of_all", chunks.reader())
        try:
            writer.execute(f"CREATE TABLE draft.{ROWS} AS SELECT * FROM rows_of_all")
        except duckdb.Error:
            if chunks.problem is None:
                raise
            raise chunks.problem from None
    return chunks.rows


def _listed(connection: duckdb.DuckDBPyConnection, wanted: str) -> str:
    there = {row[0] for row in connection.execute(f"DESCRIBE draft.{ROWS}").fetchall()}
    return "SELECT " + ", ".join(
        quoted(name) if name in there else f"CAST(NULL AS {kind}) AS {quoted(name)}"
        for name, kind, *_ in connection.execute(f"DESCRIBE {wanted}").fetchall()
    )


class _Chunks:
    """Ranges laid out one ahead of the one that is written. What goes wrong comes out of the reader as text:
    ``problem`` is the fault itself."""

    def __init__(self, made: Iterator[pa.Table]) -> None:
        self._made = made
        self.rows = 0
        self.problem: Exception | None = None

    def reader(self) -> pa.RecordBatchReader:
        first = next(self._made)
        return pa.RecordBatchReader.from_batches(first.schema, self._batches(first))

    def _batches(self, first: pa.Table) -> Iterator[pa.RecordBatch]:
        try:
            with ThreadPoolExecutor(max_workers=1) as ahead:
                chunk: pa.Table | None = first
                while chunk is not None:
                    following = ahead.submit(next, self._made, None)
                    self.rows += chunk.num_rows
                    yield from chunk.combine_chunks().to_batches()
                    chunk = following.result()
        except Exception as problem:
            self.problem = problem
            raise


def _chunk(connection: duckdb.DuckDBPyConnection, low: int, high: int, tables: Sequence[str]) -> pa.Table:
    within = f"WHERE {CUSTOMER} >= {low} AND {CUSTOMER} < {high}"
    table = _ascending(connection.sql(f"SELECT * FROM profiles {within}").to_arrow_table())
    ids = table.column(CUSTOMER).to_numpy()
    for each in tables:
        part = connection.sql(f"SELECT * FROM {each} {within}").to_arrow_table().combine_chunks()
        places = _places(ids, part.column(CUSTOMER).to_numpy(), low, high)
        for name in part.column_names:
            if name != CUSTOMER:
                table = table.append_column(name, part.column(name).take(places))
    return table


def _ascending(table: pa.Table) -> pa.Table:
    """By id. Imports come in that order, so there is seldom anything to do."""
    ids = table.column(CUSTOMER).to_numpy()
    return table if bool((ids[1:] > ids[:-1]).all()) else table.sort_by(CUSTOMER)


def _places(ids: Ids, found: Ids, low: int, high: int) -> pa.Array:
    """For each of ``ids`` (ascending) where it stands in ``found``; null where it does not."""
    if high - low <= SPARSE * CHUNK:
        slots = np.full(high - low, -1, np.int32)
        slots[found - low] = np.arange(len(found), dtype=np.int32)
        places = slots[ids - low]
    else:
        places = np.full(len(ids), -1, np.int32)
        near = np.minimum(np.searchsorted(ids, found), max(len(ids) - 1, 0))
        hits = np.flatnonzero(ids[near] == found) if len(ids) else near
        places[near[hits]] = hits
    return pa.array(places, mask=places < 0)


def _ranges(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Bounds that leave CHUNK customers in each range but the last, however their ids lie."""
    column = connection.sql(f"SELECT {CUSTOMER} FROM profiles").to_arrow_table().column(CUSTOMER)
    ids = np.sort(column.to_numpy())
    if not len(ids):
        return []
    return list(pairwise([*ids[::CHUNK].tolist(), int(ids[-1]) + 1]))
