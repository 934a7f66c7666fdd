"""Making a new version of the lake out of what has been staged. One publisher at a time."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, next_version, rename, write
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.schema import DATASETS
from huiqun.foundation.lake.staging import StagedFile, file_digest, waiting


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What a publication did. ``duplicates`` are events that the lake already had."""

    version: int
    files: int = 0
    rows: int = 0
    duplicates: int = 0


def publish(*, now: datetime) -> Publication:
    """Take in everything that is staged, as one new version.

    Whoever dies on the way leaves the old version in place and the staged files to the next publisher.
    """
    with _publisher():
        current = manifest()
        staged = _not_yet_applied(current)
        if not staged:
            return Publication(version=current.version)
        number = next_version()
        files, rows, duplicates = list(current.files), 0, 0
        for each in staged:
            files = [file for file in files if not _replaced_by(each, file)]
            added, twice = _take_in(each, [folder() / file.path for file in files], number)
            files += [added] if added.rows else []
            rows, duplicates = rows + added.rows, duplicates + twice
        write(
            Manifest(
                version=number,
                previous=current.version or None,
                published_at=now.isoformat(),
                applied=tuple(each.id for each in staged),
                files=tuple(files),
            )
        )
        for each in staged:
            _forget(each)
        return Publication(version=number, files=len(staged), rows=rows, duplicates=duplicates)


def sweep(*, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
    """Delete data files that no version of the last days refers to; how many."""
    with _publisher():
        live = _paths_since(now - keep)
        dead = [path for path in (folder() / "data").rglob("*.parquet") if _relative(path) not in live]
        for path in dead:
            path.unlink()
        return len(dead)


@contextmanager
def _publisher() -> Iterator[None]:
    """An advisory lock on a file: it is gone with the process that held it, however that ends."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "publisher.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _not_yet_applied(current: Manifest) -> list[StagedFile]:
    """Staged files; those that the current version took in before its publisher died are cleared away."""
    staged = []
    for each in waiting():
        if each.id in current.applied:
            _forget(each)
        else:
            staged.append(each)
    return staged


def _replaced_by(staged: StagedFile, file: LakeFile) -> bool:
    return staged.replace and (file.dataset, file.partition) == (staged.dataset, staged.partition)


def _take_in(staged: StagedFile, before: list[Path], number: int) -> tuple[LakeFile, int]:
    """Bring a staged file to its place; events that the dataset has already are left out."""
    target = folder() / "data" / staged.dataset / staged.partition / f"{staged.id}.parquet"
    file = LakeFile(
        dataset=staged.dataset,
        partition=staged.partition,
        path=_relative(target),
        rows=staged.rows,
        bytes=staged.bytes,
        sha256=staged.sha256,
        source=staged.source,
        staged_id=staged.id,
        published_in=number,
        first_day=staged.first_day,
        last_day=staged.last_day,
    )
    if not DATASETS[staged.dataset].is_events:
        _copy(staged.path, target)
        return file, 0
    known = [path for path in before if path.parent.parent == target.parent.parent]
    rows = _thin_out(staged.path, known, target)
    if rows == staged.rows:
        return replace(file, bytes=target.stat().st_size, sha256=file_digest(target)), 0
    thinned = replace(file, rows=rows, bytes=target.stat().st_size, sha256=file_digest(target))
    return thinned, staged.rows - rows


def _copy(source: Path, target: Path) -> None:
    """A second name for the same bytes; the staged name goes when the version stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.hardlink_to(source)


def _thin_out(staged: Path, known: list[Path], target: Path) -> int:
    """Write each event of ``staged`` once, without those in ``known``; how many are left."""
    draft = target.with_name(f".{target.name}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    without = "ANTI JOIN read_parquet($known) AS known USING (event_id)" if known else ""
    query = f"""
        COPY (
            SELECT staged.* FROM read_parquet($staged) AS staged {without}
            QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY "at", customer_id) = 1
            ORDER BY kind, "at", event_id
        ) TO '{_quoted(draft)}' (FORMAT parquet, COMPRESSION zstd)
    """
    values: dict[str, object] = {"staged": str(staged)}
    if known:
        values["known"] = [str(path) for path in known]
    with bench() as connection:
        connection.execute(query, values)
    rename(draft, target)
    return int(pq.read_metadata(target).num_rows)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _forget(staged: StagedFile) -> None:
    """The ticket first: a Parquet file without one is not staged."""
    staged.ticket.unlink(missing_ok=True)
    staged.path.unlink(missing_ok=True)


def _relative(path: Path) -> str:
    return path.relative_to(folder()).as_posix()


def _paths_since(moment: datetime) -> set[str]:
    """Files of the current version and of every version that was still current at ``moment``."""
    paths = {file.path for file in manifest().files}
    numbers = sorted((int(path.stem) for path in (folder() / "manifests").glob("[0-9]*.json")), reverse=True)
    for number in numbers:
        body = json.loads((folder() / "manifests" / f"{number:09d}.json").read_text())
        paths |= {file["path"] for file in body["files"]}
        if datetime.fromisoformat(body["published_at"]) <= moment:
            break
    return paths
