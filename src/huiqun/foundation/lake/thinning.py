"""Every event once: what is staged twice, or is in the lake already, is left out.

Looked for among the days around its own only, so that taking in a minute's events does not read all years.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from huiqun.foundation.lake.manifest import LakeFile, rename
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.writing import literal, settle

NEAR = timedelta(days=3)
"""The same event may come again under a day that differs by no more than this."""


def near(files: Iterable[LakeFile], first: str | None, last: str | None) -> list[LakeFile]:
    """Files that may hold events of the days from ``first`` to ``last``, or of a few days around them."""
    if first is None or last is None:
        return list(files)
    since = (date.fromisoformat(first) - NEAR).isoformat()
    until = (date.fromisoformat(last) + NEAR).isoformat()
    return [
        each
        for each in files
        if each.first_day is None
        or each.last_day is None
        or (each.first_day <= until and each.last_day >= since)
    ]


def thin_out(staged: Path, known: Iterable[LakeFile], target: Path, *, without: str = "") -> int:
    """Write each event of ``staged`` once, without those in ``known`` and those that ``without`` (a condition)
    names; how many are left. What is held in memory is one column of the staged file."""
    with bench() as connection:
        rows = once(connection, f"read_parquet({literal(staged)})", [each.place for each in known])
        kept = f" WHERE NOT ({without})" if without else ""
        write(connection, f'SELECT * FROM ({rows}){kept} ORDER BY kind, "at", event_id', target)
    return int(pq.read_metadata(target).num_rows)


def write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """The file appears complete or not at all."""
    draft = target.with_name(f".{target.name}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection.execute(f"COPY ({query}) TO {literal(draft)} (FORMAT parquet, COMPRESSION zstd)")
        settle(draft)
        rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def leave_out(staged: Path, without: str, target: Path) -> int:
    """Write the rows of ``staged`` but for those that ``without`` names, in their order; how many are left."""
    with bench() as connection:
        write(connection, f"SELECT * FROM read_parquet({literal(staged)}) WHERE NOT ({without})", target)
    return int(pq.read_metadata(target).num_rows)


def once(connection: duckdb.DuckDBPyConnection, rows: str, known: list[Path]) -> str:
    """A query for ``rows`` with each event once and without the known ones. Nearly always there is nothing to
    leave out, and finding that takes the ids alone; only rows that come twice are put in order."""
    query = f"SELECT * FROM {rows}"
    if known and _keep(
        connection,
        "known_ids",
        f"SELECT event_id FROM read_parquet([{', '.join(map(literal, known))}])"
        f" SEMI JOIN (SELECT event_id FROM {rows}) USING (event_id)",
    ):
        query += " ANTI JOIN known_ids USING (event_id)"
    if _keep(
        connection, "double_ids", f"SELECT event_id FROM ({query}) GROUP BY event_id HAVING count(*) > 1"
    ):
        first = 'QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY "at", customer_id) = 1'
        query = (
            f"SELECT * FROM ({query}) ANTI JOIN double_ids USING (event_id) UNION ALL"
            f" SELECT * FROM ({query}) SEMI JOIN double_ids USING (event_id) {first}"
        )
    return query


def _keep(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> bool:
    """The ids as a table of the session; whether there are any."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    return bool(connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall())
