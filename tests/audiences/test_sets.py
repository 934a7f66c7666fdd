"""A count of distinct values written as bits is the same count."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from huiqun.audiences.features.relations import Column, sql
from huiqun.audiences.features.sets import MOST, counted_by_bits
from huiqun.foundation.fields import Measure

Rows = list[tuple[int, str | None]]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


def kinds(*where: str) -> Column:
    measure = Measure(
        dataset="holdings",
        value=exp.maybe_parse('COUNT(DISTINCT "kind")', dialect="duckdb"),
        where=tuple(exp.condition(each, dialect="duckdb") for each in where),
    )
    return Column(name="kinds", relation=measure)


def counts(connection: duckdb.DuckDBPyConnection, column: Column) -> dict[int, int]:
    return dict(connection.execute(sql(column.query())).fetchall())


def written(connection: duckdb.DuckDBPyConnection, column: Column) -> Column:
    return counted_by_bits(column, lambda query: [text for (text,) in connection.execute(query).fetchall()])


def fill(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    connection.execute("CREATE OR REPLACE TABLE holdings (customer_id BIGINT, kind VARCHAR, dt DATE)")
    if rows:
        connection.executemany("INSERT INTO holdings VALUES (?, ?, DATE '2026-11-01')", rows)


@given(rows=st.lists(st.tuples(st.integers(1, 5), st.none() | st.text(max_size=3)), max_size=40))
def test_any_rows_are_counted_alike(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    rows = [(who, text and text.replace("\x00", "")) for who, text in rows]
    fill(connection, rows)
    column = kinds("dt = DATE '2026-11-01'", "customer_id < 5")
    assert counts(connection, written(connection, column)) == counts(connection, column)


def test_as_many_values_as_there_are_bits_and_no_more(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, [(1, f"kind {number}") for number in range(MOST)])
    column = written(connection, kinds())
    assert "DISTINCT" not in sql(column.query()) and counts(connection, column) == {1: MOST}
    fill(connection, [(1, f"kind {number}") for number in range(MOST + 1)])
    column = written(connection, kinds())
    assert "DISTINCT" in sql(column.query()) and counts(connection, column) == {1: MOST + 1}


def test_what_a_column_is_told_by_stays(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, [(1, "deposit")])
    column = kinds()
    definition = column.definition
    assert written(connection, column) is not column and column.definition == definition
