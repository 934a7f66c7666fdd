"""A customer's data leaves the lake for good: out of every file that holds it, and out of whatever comes later.

Only files with rows of the customer are written anew, found by reading one column where the statistics of a
file's row groups do not rule them out. The old files go at once, and with them every earlier version.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from huiqun.foundation.lake.faults import room
from huiqun.foundation.lake.manifest import LakeFile, folder, manifest, publisher, write_whole
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.writing import check, literal, rewrite, swap


def erase(customer_ids: Iterable[int], *, now: datetime) -> int:
    """How many files were written anew. Safe to repeat, also after somebody died in the middle of it.

    :raises FileDamaged, LakeFull
    """
    ids = sorted({int(each) for each in customer_ids})
    if not ids:
        return 0
    with room():
        _remember(ids)
    rewritten = 0
    while files := _holding(ids):
        without = f"customer_id NOT IN ({_listed(ids)})"
        done = swap([rewrite([file], where=without, order=file.sorted_by) for file in files], now=now)
        rewritten += len(done)
    _delete_earlier(ids)
    return rewritten


def erased_ids() -> list[int]:
    """Everybody whose data was erased: rows about them are not taken in any more."""
    path = folder() / "erased.json"
    try:
        return list(_read(str(path), path.stat().st_mtime_ns))
    except FileNotFoundError:
        return []


def about_erased() -> str:
    """A condition for rows of customers who were erased; empty when there are none."""
    ids = erased_ids()
    return f"customer_id IN ({_listed(ids)})" if ids else ""


@lru_cache(maxsize=2)
def _read(path: str, _changed: int) -> tuple[int, ...]:
    return tuple(json.loads(Path(path).read_text("utf-8")))


def _remember(ids: Iterable[int]) -> None:
    """First: whatever is published from now on is without them."""
    with publisher():
        known = sorted({*erased_ids(), *ids})
        write_whole(folder() / "erased.json", json.dumps(known))


def _holding(ids: list[int]) -> list[LakeFile]:
    return [file for file in manifest().files if _holds(file, ids)]


def _holds(file: LakeFile, ids: list[int]) -> bool:
    try:
        return _in_file(file.place, ids)
    except duckdb.Error:
        check(file)
        raise


def _delete_earlier(ids: list[int]) -> None:
    """Files of earlier versions that hold the customer; those versions can no longer be read. So does one that
    nobody can read to tell."""
    with publisher():
        live = {file.place for file in manifest().files}
        for path in (folder() / "data").rglob("*.parquet"):
            try:
                gone = path not in live and _in_file(path, ids)
            except duckdb.Error:
                gone = True
            if gone:
                path.unlink()


def _in_file(path: Path, ids: list[int]) -> bool:
    query = f"SELECT 1 FROM read_parquet({literal(path)}) WHERE customer_id IN ({_listed(ids)}) LIMIT 1"
    with bench() as connection:
        return bool(connection.execute(query).fetchall())


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in ids)
