"""Which feature file answers for which version of the lake and day. A state is a small JSON file written whole
and renamed; the files it names are never changed, so a reader holds on to what it began with."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from huiqun.foundation import lake
from huiqun.foundation.lake.manifest import write_whole

KEEP = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A feature's key, its field and arguments, its column, and a digest of the SQL it was worked out by."""

    key: str
    field: str
    arguments: Mapping[str, Any]
    column: str
    definition: str


@dataclass(frozen=True, kw_only=True)
class State:
    """``base`` is a DuckDB file with a row for each customer, worked out from ``base_version`` of the lake.
    ``overlay``, a Parquet file, has the rows that differ in ``lake_version``. ``columns`` is from
    ``rules.feature_key`` to the column."""

    base: str
    base_version: int
    lake_version: int
    day: str
    kept: tuple["Kept", ...]
    rows: int
    made_at: str
    overlay: str = ""
    overlay_rows: int = 0

    @classmethod
    def of_json(cls, text: str) -> Self:
        body = json.loads(text)
        return cls(**{**body, "kept": tuple(Kept(**each) for each in body["kept"])})

    @cached_property
    def columns(self) -> Mapping[str, str]:
        return {each.key: each.column for each in self.kept}

    @property
    def base_path(self) -> Path:
        return folder() / self.base

    @property
    def overlay_path(self) -> Path | None:
        return folder() / self.overlay if self.overlay else None


def folder() -> Path:
    return lake.folder() / "features"


def find(*, lake_version: int, today: date) -> State | None:
    """The features of a day over a version of the lake, if they have been worked out."""
    return _read(_name(lake_version, today.isoformat()))


def current() -> State | None:
    """The newest state: ``lake_version`` and ``day`` may be behind those of the lake and the calendar."""
    try:
        return _read((folder() / "CURRENT").read_text())
    except FileNotFoundError:
        return None


def keep(state: State) -> State:
    """From now on ``state`` is the current one, as it is read back. Its files have to be complete."""
    name, text = _name(state.lake_version, state.day), json.dumps(asdict(state), ensure_ascii=False, indent=1)
    write_whole(folder() / name, text)
    write_whole(folder() / "CURRENT", name)
    return State.of_json(text)


def sweep(*, now: datetime, keep_for: timedelta = KEEP) -> int:
    """Delete states older than ``keep_for`` (never the current one) and the files that none names; how many
    files. A reader who comes too late for a file reads the lake instead."""
    newest = current()
    if newest is None:
        return 0
    with builder():
        live = {newest.base, newest.overlay}
        for path in folder().glob("[0-9]*.json"):
            state = _read(path.name)
            if state is None or state == newest:
                continue
            if datetime.fromisoformat(state.made_at) < now - keep_for:
                path.unlink()
            else:
                live |= {state.base, state.overlay}
        dead = [each for each in _files() if each.name not in live]
        for each in dead:
            each.unlink()
        return len(dead)


@contextmanager
def builder() -> Iterator[None]:
    """One builder at a time; the lock is gone with the process. What one that died left is cleared away."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "builder.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        clear_drafts()
        yield


def clear_drafts() -> None:
    for draft in folder().glob(".draft-*"):
        draft.unlink()


def finish(draft: Path, name: str) -> str:
    """A draft that is complete gets its name; it reaches the disk before the state that names it."""
    with draft.open("rb") as handle:
        os.fsync(handle.fileno())
    draft.rename(folder() / name)
    return name


def _files() -> list[Path]:
    return [*folder().glob("features-*.duckdb"), *folder().glob("overlay-*.parquet")]


def _name(lake_version: int, day: str) -> str:
    return f"{lake_version:09d}-{day}.json"


def _read(name: str) -> State | None:
    path = folder() / name
    try:
        return _parsed(str(path), path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=32)
def _parsed(path: str, _written_at: int) -> State:
    """A state is asked for with every question."""
    return State.of_json(Path(path).read_text(encoding="utf-8"))
