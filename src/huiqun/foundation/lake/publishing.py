"""Making a new version of the lake out of what has been staged. One publisher at a time."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huiqun.foundation.lake import sidecars
from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.digest import file_digest
from huiqun.foundation.lake.erasing import about_erased
from huiqun.foundation.lake.faults import room
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
from huiqun.foundation.lake.staging import StagedFile, waiting
from huiqun.foundation.lake.thinning import leave_out, thin_out

DRAFTS_LIVE = timedelta(days=1)
"""Longer than anybody writes one file."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What a publication did. ``duplicates`` are events that the lake already had; ``damaged`` are staged
    files that were not what had been staged, and were set aside."""

    version: int
    files: int = 0
    rows: int = 0
    duplicates: int = 0
    damaged: tuple[str, ...] = ()


def publish(*, now: datetime) -> Publication:
    """Take in everything that is staged, as one new version.

    Whoever dies on the way leaves the old version in place and the staged files to the next publisher.
    :raises LakeFull, with the old version in place
    """
    with publisher(), room():
        current = manifest()
        staged, damaged = _whole(_not_yet_applied(current))
        if not staged:
            return Publication(version=current.version, damaged=damaged)
        number = next_version()
        files, rows, duplicates = list(current.files), 0, 0
        for each in staged:
            files = [file for file in files if not _replaced_by(each, file)]
            added, twice = _take_in(each, [file for file in files if file.dataset == each.dataset], number)
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
        return Publication(
            version=number, files=len(staged), rows=rows, duplicates=duplicates, damaged=damaged
        )


def sweep(*, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
    """Delete data files that no version of the last days refers to; how many. Drafts of whoever died go too."""
    with publisher():
        live = files_since(now - keep)
        here = {file["path"] for file in live if not file.get("archived")}
        dead = [path for path in (folder() / "data").rglob("*.parquet") if relative(path) not in here]
        for path in dead:
            path.unlink()
        sidecars.forget_all_but({file["sha256"] for file in live})
        for draft in (folder() / "drafts").glob("*"):
            if draft.stat().st_mtime < (now - DRAFTS_LIVE).timestamp():
                draft.unlink()
        return len(dead)


def _not_yet_applied(current: Manifest) -> list[StagedFile]:
    """Staged files; those that the current version took in before its publisher died are cleared away."""
    staged = []
    for each in waiting():
        if each.id in current.applied:
            _forget(each)
        else:
            staged.append(each)
    return staged


def _whole(staged: list[StagedFile]) -> tuple[list[StagedFile], tuple[str, ...]]:
    """A file that is not what was staged is set aside, with its ticket, and never stops the others."""
    whole, damaged = [], []
    for each in staged:
        if each.path.exists() and file_digest(each.path) == each.sha256:
            whole.append(each)
            continue
        for path in (each.ticket, each.path):
            if path.exists():
                rename(path, folder() / "damaged" / path.name)
        damaged.append(each.id)
    return whole, tuple(damaged)


def _replaced_by(staged: StagedFile, file: LakeFile) -> bool:
    return staged.replace and (file.dataset, file.partition) == (staged.dataset, staged.partition)


def _take_in(staged: StagedFile, before: list[LakeFile], number: int) -> tuple[LakeFile, int]:
    """Bring a staged file to its place; events that the dataset has already are left out."""
    target = folder() / "data" / staged.dataset / staged.partition / f"{staged.id}.parquet"
    file = LakeFile(
        dataset=staged.dataset,
        partition=staged.partition,
        path=relative(target),
        rows=staged.rows,
        bytes=staged.bytes,
        sha256=staged.sha256,
        source=staged.source,
        staged_id=staged.id,
        published_in=number,
        first_day=staged.first_day,
        last_day=staged.last_day,
    )
    events, erased = DATASETS[staged.dataset].is_events, about_erased()
    if not events and not erased:
        _copy(staged.path, target)
        return file, 0
    if events:
        rows = thin_out(staged.path, before, target, without=erased)
    else:
        rows = leave_out(staged.path, erased, target)
    taken = replace(file, rows=rows, bytes=target.stat().st_size, sha256=file_digest(target))
    return taken, staged.rows - rows


def _copy(source: Path, target: Path) -> None:
    """A second name for the same bytes; the staged name goes when the version stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.hardlink_to(source)


def _forget(staged: StagedFile) -> None:
    """The ticket first: a Parquet file without one is not staged."""
    staged.ticket.unlink(missing_ok=True)
    staged.path.unlink(missing_ok=True)


def files_since(moment: datetime) -> list[dict[str, Any]]:
    """Files of the current version and of every version that was still current at ``moment``, as each has them."""
    files = [asdict(file) for file in manifest().files]
    numbers = sorted((int(path.stem) for path in (folder() / "manifests").glob("[0-9]*.json")), reverse=True)
    for number in numbers:
        body = json.loads((folder() / "manifests" / f"{number:09d}.json").read_text())
        files += body["files"]
        if datetime.fromisoformat(body["published_at"]) <= moment:
            break
    return files
