"""Which files make up a version of the lake. A manifest is never changed; a pointer names the current one."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class LakeFile:
    """One Parquet file. ``path`` is relative to the lake; ``first_day``/``last_day`` bound its ``dt``.

    A file that was made of others tells in ``made_of`` how many rows came from which source, and in ``folds``
    the paths of those whose place it took. ``sorted_by`` is the order that compaction gave it. ``archived`` is
    its name in the archive, when it lives there; ``path`` stays what it is known by.
    """

    dataset: str
    partition: str
    path: str
    rows: int
    bytes: int
    sha256: str
    source: str
    staged_id: str
    published_in: int
    first_day: str | None = None
    last_day: str | None = None
    made_of: tuple[tuple[str, int], ...] = ()
    folds: tuple[str, ...] = ()
    sorted_by: tuple[str, ...] = ()
    archived: str = ""

    @classmethod
    def of_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **body,
                "made_of": tuple((source, rows) for source, rows in body.get("made_of", ())),
                "folds": tuple(body.get("folds", ())),
                "sorted_by": tuple(body.get("sorted_by", ())),
            }
        )

    @property
    def place(self) -> Path:
        """Where it is read; of an archived file, once it has been brought back."""
        return folder() / "cache" / f"{self.sha256}.parquet" if self.archived else folder() / self.path

    @property
    def sources(self) -> tuple[tuple[str, int], ...]:
        """How many of its rows came from where."""
        return self.made_of or ((self.source, self.rows),)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``applied`` are the staged files that this version took in; ``previous`` the version it replaced."""

    version: int = 0
    previous: int | None = None
    published_at: str = ""
    applied: tuple[str, ...] = ()
    files: tuple[LakeFile, ...] = field(default=())

    @classmethod
    def of_json(cls, body: Mapping[str, Any]) -> Self:
        files = tuple(LakeFile.of_json(each) for each in body["files"])
        return cls(**{**body, "applied": tuple(body["applied"]), "files": files})

    def of(self, dataset: str) -> tuple[LakeFile, ...]:
        return tuple(each for each in self.files if each.dataset == dataset)

    def last_day(self, dataset: str) -> date | None:
        """The newest day there is data for."""
        days = [each.last_day for each in self.of(dataset) if each.last_day]
        return date.fromisoformat(max(days)) if days else None


def folder() -> Path:
    return _place(str(settings.HUIQUN_LAKE))


@lru_cache(maxsize=8)
def _place(path: str) -> Path:
    """Asked for with every question to the lake."""
    return Path(path)


def version() -> int:
    """The current version; 0 when nothing has been published yet."""
    try:
        return int((folder() / "CURRENT").read_text())
    except FileNotFoundError:
        return 0


def manifest(number: int | None = None) -> Manifest:
    """The manifest of a version, by default of the current one."""
    number = version() if number is None else number
    if not number:
        return Manifest()
    return Manifest.of_json(json.loads(_path(number).read_text()))


def write(new: Manifest) -> None:
    """Write the manifest, then turn the pointer: a reader sees the old version or the new one."""
    write_whole(_path(new.version), json.dumps(asdict(new), ensure_ascii=False, indent=1))
    write_whole(folder() / "CURRENT", str(new.version))


def next_version() -> int:
    """One more than any manifest there is, current or left by a publisher that died."""
    numbers = (int(each.stem) for each in (folder() / "manifests").glob("[0-9]*.json"))
    return max(numbers, default=0) + 1


def relative(path: Path) -> str:
    return path.relative_to(folder()).as_posix()


@contextmanager
def publisher() -> Iterator[None]:
    """An advisory lock on a file: it is gone with the process that held it, however that ends."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "publisher.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str) -> None:
    """The file appears complete or not at all, also when power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        rename(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def rename(source: Path, target: Path) -> None:
    """Move on one file system, and make the move itself durable."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(number: int) -> Path:
    return folder() / "manifests" / f"{number:09d}.json"
