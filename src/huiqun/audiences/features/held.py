"""The feature file in use, held open by the process that folds events in: what was read of it for one tick is
still in memory for the next, and opening it takes longer than reading a few thousand rows."""

import os
from threading import Lock

import duckdb
import pyarrow as pa

from huiqun.audiences.features.assembling import TABLE
from huiqun.audiences.features.reading import opened
from huiqun.audiences.features.relations import CUSTOMER
from huiqun.audiences.features.states import State

BATCH = 20_000
_open: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def rows_of(state: State, customers: pa.Table) -> pa.RecordBatchReader:
    """The rows of ``customers`` (a column of ids) as the file was built. :raises duckdb.Error when it is gone"""
    cursor = _cursor(state)
    cursor.register("wanted", customers)
    found = cursor.sql(f"SELECT * FROM base.{TABLE} SEMI JOIN wanted USING ({CUSTOMER})")
    return found.to_arrow_reader(BATCH)


def _cursor(state: State) -> duckdb.DuckDBPyConnection:
    key = (os.getpid(), str(state.base_path))
    with _lock:
        if key not in _open:
            _open.clear()
            _open[key] = opened(state)
        return _open[key].cursor()
