"""Tables of ids that a rule names and the lake does not hold, for the length of a query."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
from pyroaring import BitMap

from huiqun.audiences.ids import table_of


@contextmanager
def with_sides(connection: duckdb.DuckDBPyConnection, sides: Mapping[str, BitMap]) -> Iterator[None]:
    """Each as a table with the one column ``customer_id``, seen by this cursor alone."""
    for name, ids in sides.items():
        connection.register(name, table_of(ids))
    try:
        yield
    finally:
        for name in sides:
            connection.unregister(name)
