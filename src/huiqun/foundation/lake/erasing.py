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

from huiqun.foundation.lake import archive, sidecars
from huiqun.foundation.lake.faults import room
from huiqun.foundation.lake.manifest import LakeFile, folder, manifest, publisher, write_whole
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.writing import check, literal, rewrite, swap


def erase(customer_ids: Iterable[int], *, now: datetime) -> int:
    """How many files were written anew. Safe to repeat, also after somebody died in the middle of it.

    :raises FileDamaged, LakeFull, ArchiveSilent with what has to be done still to be done
    """
    ids = sorted({int(each) for each in customer_ids})
    if not ids:
        return 0
    with room():
        _remember(ids)
    rewritten = 0
    while files := _holding(ids):
        here = [file for file in files if not file.archived]
        rewritten += _without(ids, here, now)
        for file in files:
            if file.archived:
                rewritten += _without(ids, [file], now)
                file.place.unlink(missing_ok=True)
    _delete_earlier(ids)
    return rewritten


def _without(ids: list[int], files: list[LakeFile], now: datetime) -> int:
    """Archived files come one by one: there may not be room for all of them."""
    where = f"customer_id NOT IN ({_listed(ids)})"
    return len(swap([rewrite([file], where=where, order=file.sorted_by) for file in files], now=now))


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
    if file.archived and (noted := sidecars.holds_customers(file.sha256, ids)) is not None:
        return noted
    archive.bring([file])
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
        _delete_archived(ids)


def _delete_archived(ids: list[int]) -> None:
    """The same in the archive, told by the notes of whose rows are in which file."""
    live = {file.sha256 for file in manifest().files if file.archived}
    for copy in (folder() / "cache").glob("*.parquet"):
        if copy.stem not in live:
            copy.unlink(missing_ok=True)
    for digest in sidecars.noted():
        if digest not in live and sidecars.holds_customers(digest, ids):
            if archive.url():
                archive.storage().drop_like(digest)
            sidecars.forget(digest)


def _in_file(path: Path, ids: list[int]) -> bool:
    query = f"SELECT 1 FROM read_parquet({literal(path)}) WHERE customer_id IN ({_listed(ids)}) LIMIT 1"
    with bench() as connection:
        return bool(connection.execute(query).fetchall())


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in ids)
