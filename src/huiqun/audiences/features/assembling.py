"""Readings laid side by side: a row for each customer in the order of ids, range by range.

Within a range, an array says where each customer's row of a reading is. That takes a fraction of the time of
joins and a sort, and memory for two ranges.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqun.audiences.features.relations import CUSTOMER, Column, quoted

CHUNK = 4 * 122_880
"""Whole groups of rows as DuckDB keeps them."""
SPARSE = 8
"""Ranges of ids that are fuller than one in so many are looked up by an array as long as the range."""
TABLE = "customers"

Ids = npt.NDArray[np.int64]


def assemble(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], columns: Sequence[Column]) -> int:
    """Fill ``draft.customers`` from ``profiles`` and ``tables`` of the session; how many rows."""
    names = "".join(f", {quoted(each.name)}" for each in columns)
    joins = "".join(f" LEFT JOIN {table} USING ({CUSTOMER})" for table in tables)
    connection.execute(
        f"CREATE TABLE draft.{TABLE} AS SELECT profiles.*{names} FROM profiles{joins} WHERE false"
    )
    rows, written = 0, None
    with ThreadPoolExecutor(max_workers=1) as writer:
        for low, high in _ranges(connection):
            chunk = _chunk(connection, low, high, tables)
            rows += chunk.num_rows
            if written is not None:
                written.result()
            written = writer.submit(_write, connection.cursor(), chunk)
        if written is not None:
            written.result()
    return rows


def _write(connection: duckdb.DuckDBPyConnection, chunk: pa.Table) -> None:
    """By one writer, so that rows stay in the order of ids; meanwhile the next chunk is laid out."""
    with connection:
        connection.register("chunk", chunk)
        connection.execute(f"INSERT INTO draft.{TABLE} BY NAME SELECT * FROM chunk")


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
