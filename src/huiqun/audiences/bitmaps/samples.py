"""One customer in a hundred with all rows there are of them: a small lake beside the lake.

Of each of the lake's files, which never change, a sample is drawn once. The same hash decides in every file, so
that a sampled customer is there with everything.
"""

import os
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from threading import Lock

import duckdb

from huiqun.audiences import rules
from huiqun.audiences.bitmaps.asked import Asked
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.sides import with_sides
from huiqun.audiences.features.reading import text
from huiqun.audiences.rules.tree import Node
from huiqun.foundation import lake
from huiqun.lib import allocation

SHARE = 100
"""In ten-thousandths: one in a hundred."""
KEY = "audiences:sample"
LEAST = 1_000
"""With fewer sampled customers an estimate would say too little."""
SURENESS = 1.959964
"""Standard deviations to either side for 95 %."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """``n`` of the ``total`` are chosen, and with 95 % sureness between ``low`` and ``high``."""

    n: int
    low: int
    high: int


def draw() -> int:
    """Draw samples of files of the current version that have none, and drop those of files that are gone;
    how many were drawn. An archived file's sample was drawn when the file was here, and stays."""
    current = lake.manifest()
    wanted = {_sample_of(file.path): lake.folder() / file.path for file in current.files}
    missing = [
        (source, sample) for sample, source in wanted.items() if not sample.exists() and source.exists()
    ]
    if missing:
        with lake.opened() as connection:
            for source, sample in missing:
                _draw_one(connection, source, sample)
    for path in _folder().rglob("*.parquet"):
        if path not in wanted:
            path.unlink(missing_ok=True)
    return len(missing)


def estimate(node: Node, scope: Scope, total: int) -> Estimate | None:
    """From the sample alone; None where there is none or it is too small."""
    try:
        with _connection(scope.lake_version) as connection, with_sides(connection, scope.sides):
            asked, chosen = _count(connection, node, scope)
    except (duckdb.IOException, duckdb.OutOfMemoryException, FileNotFoundError):
        return None
    if asked < LEAST:
        return None
    low, high = interval(chosen, asked)
    return Estimate(
        n=round(chosen / asked * total), low=round(low * total), high=min(total, round(high * total))
    )


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval for a share, at 95 %."""
    share, z = hits / of, SURENESS
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    width = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - width), min(1.0, middle + width)


_open: dict[tuple[str, int, int], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def _count(connection: duckdb.DuckDBPyConnection, node: Node, scope: Scope) -> tuple[int, int]:
    everybody = Asked(branch_ids=scope.branch_ids).query(scope.today)
    chosen = rules.compile_rule(node, today=scope.today, branch_ids=scope.branch_ids)
    numbers = []
    for query in (everybody, chosen):
        ((n,),) = connection.execute(f"SELECT count(*) FROM ({rules.sql_text(query)})").fetchall()
        numbers.append(int(n))
    return numbers[0], numbers[1]


def _connection(version: int) -> duckdb.DuckDBPyConnection:
    """A cursor of one's own on the samples of a version. One connection is kept: opening it takes longer."""
    key = (str(lake.folder()), version, os.getpid())
    with _lock:
        held = _open.get(key)
        if held is None:
            _open.clear()
            held = _open[key] = _opened(version)
        return held.cursor()


def _opened(version: int) -> duckdb.DuckDBPyConnection:
    connection, manifest = lake.opened(), lake.manifest(version)
    for dataset in lake.DATASETS.values():
        samples = [_sample_of(file.path) for file in manifest.of(dataset.name)]
        connection.execute(f'CREATE VIEW "{dataset.name}" AS {lake.rows_of(dataset, samples)}')
    return connection


def _draw_one(connection: duckdb.DuckDBPyConnection, source: Path, sample: Path) -> None:
    sample.parent.mkdir(parents=True, exist_ok=True)
    draft = sample.with_name(f".{sample.name}.{os.getpid()}")
    bucket = allocation.bucket_sql("customer_id", KEY)
    connection.execute(
        f"COPY (SELECT * FROM read_parquet({text(str(source))}) WHERE {bucket} < {SHARE})"
        f" TO {text(str(draft))} (FORMAT parquet, COMPRESSION zstd)"
    )
    draft.replace(sample)


def _sample_of(path: str) -> Path:
    return _folder() / path.removeprefix("data/")


def _folder() -> Path:
    return lake.folder() / "samples"
