"""Writing a file of the lake's out of others, beside it, and putting it in their place as a new version."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow.parquet as pq
import structlog

from huiqun.foundation.lake import archive
from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.digest import file_digest, settle
from huiqun.foundation.lake.faults import ArchiveSilent, FileDamaged, room
from huiqun.foundation.lake.manifest import (
    LakeFile,
    Manifest,
    folder,
    manifest,
    next_version,
    publisher,
    relative,
    rename,
    write,
)
from huiqun.foundation.lake.reading import bench, rows_of

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """``new``, still at ``draft``, is to take the place of ``old``; None when nothing is left of them."""

    old: tuple[LakeFile, ...]
    new: LakeFile | None
    draft: Path | None


def rewrite(old: Sequence[LakeFile], *, where: str = "", order: tuple[str, ...] = ()) -> Rewrite:
    """Write the files' rows as one, those that meet ``where``, in ``order`` when it is given, each event once.
    It is in the drafts' folder; nobody sees it yet.

    :raises FileDamaged when one of them is not what was written, LakeFull
    """
    for each in old:
        check(each)
    name = f"{time.time_ns():020d}-{uuid4().hex[:8]}"
    draft = folder() / "drafts" / f"{name}.parquet"
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        with room():
            with bench() as connection:
                query = _query(connection, old, where, order)
                connection.execute(f"COPY ({query}) TO {literal(draft)} (FORMAT parquet, COMPRESSION zstd)")
            settle(draft)
        return Rewrite(old=tuple(old), new=_described(old, draft, name, order), draft=draft)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _query(
    connection: duckdb.DuckDBPyConnection, old: Sequence[LakeFile], where: str, order: tuple[str, ...]
) -> str:
    shape = DATASETS[old[0].dataset]
    rows = f"SELECT * FROM ({rows_of(shape, [file.place for file in old])})"
    if where:
        rows += f" WHERE {where}"
    twice = f"SELECT 1 FROM ({rows}) GROUP BY event_id HAVING count(*) > 1 LIMIT 1"
    if shape.is_events and len(old) > 1 and connection.execute(twice).fetchall():
        rows += ' QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY "at", customer_id) = 1'
    if order:
        rows += " ORDER BY " + ", ".join(f'"{name}"' for name in order)
    return rows


def _described(
    old: Sequence[LakeFile], draft: Path, name: str, sorted_by: tuple[str, ...]
) -> LakeFile | None:
    rows = int(pq.read_metadata(draft).num_rows)
    if not rows:
        return None
    first, last = _days(draft)
    return LakeFile(
        dataset=old[0].dataset,
        partition=old[0].partition,
        path=relative(folder() / "data" / old[0].dataset / old[0].partition / draft.name),
        rows=rows,
        bytes=draft.stat().st_size,
        sha256=file_digest(draft),
        source=old[0].source if len(old) == 1 else "",
        staged_id=name,
        published_in=0,
        first_day=first,
        last_day=last,
        made_of=_sources(old, rows),
        folds=tuple(each.path for each in old),
        sorted_by=sorted_by,
    )


def swap(rewrites: Iterable[Rewrite], *, now: datetime) -> list[Rewrite]:
    """Put new files in the place of old ones, as one new version. What was changed meanwhile by somebody else
    is left alone; those that were done come back."""
    wanted = list(rewrites)
    try:
        with publisher():
            current = manifest()
            there = {file.path for file in current.files}
            done = [each for each in wanted if {file.path for file in each.old} <= there]
            if done:
                _write(current, done, now)
            return done
    finally:
        for each in wanted:
            if each.draft is not None:
                each.draft.unlink(missing_ok=True)


def _write(current: Manifest, done: Sequence[Rewrite], now: datetime) -> None:
    number = next_version()
    gone = {file.path for each in done for file in each.old}
    files = [file for file in current.files if file.path not in gone]
    for each in done:
        if each.new is not None and each.draft is not None:
            rename(each.draft, each.new.place)
            files.append(LakeFile(**{**vars(each.new), "published_in": number}))
    write(
        Manifest(
            version=number,
            previous=current.version,
            published_at=now.isoformat(),
            applied=current.applied,
            files=tuple(files),
        )
    )


def check(file: LakeFile) -> None:
    """An archived file is brought back first. :raises FileDamaged when the file is gone or is not what was
    written, ArchiveSilent"""
    archive.bring([file])
    try:
        same = file_digest(file.place) == file.sha256
    except FileNotFoundError:
        same = False
    if not same:
        raise FileDamaged(path=file.path)


def damaged() -> tuple[str, ...]:
    """Files of the current version that are gone or are not what was written: the whole lake is read. Of the
    archive, when it answers, only the sizes: what is brought back from it is compared then."""
    return tuple(file.path for file in manifest().files if not _is_whole(file))


def _is_whole(file: LakeFile) -> bool:
    try:
        if file.archived:
            return archive.storage().size(file.archived) == file.bytes
        check(file)
    except FileDamaged:
        return False
    except ArchiveSilent as silent:
        log.warning("archive not compared", reason=str(silent))
    return True


def literal(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _days(path: Path) -> tuple[str | None, str | None]:
    if "dt" not in pq.read_schema(path).names:
        return None, None
    with bench() as connection:
        ((first, last),) = connection.execute(
            f"SELECT min(dt)::VARCHAR, max(dt)::VARCHAR FROM read_parquet({literal(path)})"
        ).fetchall()
    return first, last


def _sources(old: Sequence[LakeFile], rows: int) -> tuple[tuple[str, int], ...]:
    """Of several sources each tells how many rows it brought, also when some of them have gone since."""
    counted: Counter[str] = Counter()
    for each in old:
        counted.update(dict(each.sources))
    return tuple(sorted(counted.items())) if len(counted) > 1 else tuple((source, rows) for source in counted)
