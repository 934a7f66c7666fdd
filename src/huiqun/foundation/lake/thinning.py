"""Every event once: what is staged twice, or is in the lake already under whichever day, is left out.

Looked for by keys (``sidecars``): only files that seem to hold one of the events are read, so that taking in a
minute's events does not read all years.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqun.foundation.lake import sidecars
from huiqun.foundation.lake.digest import settle
from huiqun.foundation.lake.manifest import LakeFile, folder, rename
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.sidecars import Keys
from huiqun.foundation.lake.writing import literal


def thin_out(staged: Path, known: Iterable[LakeFile], target: Path, *, without: str = "") -> int:
    """Write each event of ``staged`` once, without those in ``known`` and those that ``without`` (a condition)
    names; how many are left. Memory holds keys of ``staged`` by the million, and what comes twice."""
    spilled = folder() / "spill" / f"{uuid4().hex}.ids"
    try:
        sidecars.write_keys(staged, spilled)
        keys = sidecars.read(spilled)
        found = [
            (file, twice) for file in known if len(twice := sidecars.in_both(keys, sidecars.keys_of(file)))
        ]
        with bench() as connection:
            rows = once(connection, staged, found, come_twice=sidecars.come_twice(keys))
            kept = f" WHERE NOT ({without})" if without else ""
            write(connection, f'SELECT * FROM ({rows}){kept} ORDER BY kind, "at", event_id', target)
    finally:
        spilled.unlink(missing_ok=True)
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


def once(
    connection: duckdb.DuckDBPyConnection,
    staged: Path,
    known: Sequence[tuple[LakeFile, Keys]],
    *,
    come_twice: bool,
) -> str:
    """A query for the staged rows with each event once and without the known ones. Nearly always there is
    nothing to leave out; where keys agree the ids are compared, but for archived files, whose keys suffice."""
    query = f"SELECT * FROM read_parquet({literal(staged)})"
    here = [file.place for file, _keys in known if not file.archived]
    if here and _keep(
        connection,
        "known_ids",
        f"SELECT event_id FROM read_parquet([{', '.join(map(literal, here))}])"
        f" SEMI JOIN ({query}) USING (event_id)",
    ):
        query += " ANTI JOIN known_ids USING (event_id)"
    if away := [keys for file, keys in known if file.archived]:
        connection.register("keys_away", pa.table({"key": np.concatenate(away)}))
        connection.execute("CREATE OR REPLACE TEMP TABLE away AS SELECT key FROM keys_away")
        query = f"SELECT * FROM ({query}) WHERE {sidecars.KEY} NOT IN (SELECT key FROM away)"
    if come_twice and _keep(
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
