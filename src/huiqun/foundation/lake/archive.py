"""Archived files that are wanted here again: a bounded folder of copies, the longest unused of which go first.

A copy's name is its digest and its content never changes, so that any process may take it away and any other
fetch it again. Whoever asks for a copy marks it as used; for a while it is then nobody's to take away.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from huiqun.foundation.lake.digest import file_digest, settle
from huiqun.foundation.lake.faults import ArchiveBusy, ArchiveSilent, ArchiveTooLarge, FileDamaged, room
from huiqun.foundation.lake.manifest import LakeFile, folder, rename
from huiqun.foundation.lake.storage import Storage

IN_USE = 900.0
"""Seconds after its last use in which a copy stays: longer than a question takes."""
_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def url() -> str:
    """Where old months go; empty where they stay."""
    return str(getattr(settings, "HUIQUN_ARCHIVE", ""))


def shown_archive() -> str:
    """The same for people: without user, password and parameters."""
    return re.sub(r"//[^/@]*@", "//", url()).partition("?")[0]


def storage() -> Storage:
    """:raises ArchiveSilent"""
    if not url():
        raise ArchiveSilent(archive="HUIQUN_ARCHIVE", reason="no archive is configured")
    return _storage(url())


@lru_cache(maxsize=4)
def _storage(at: str) -> Storage:
    return Storage(at, shown_archive())


def bring(files: Iterable[LakeFile]) -> None:
    """Have the archived ones among ``files`` at their ``place``, compared with their digests.

    :raises ArchiveSilent, ArchiveTooLarge, ArchiveBusy, FileDamaged, LakeFull
    """
    wanted = {file.place: file for file in files if file.archived}
    if not wanted:
        return
    total = sum(file.bytes for file in wanted.values())
    if total > limit():
        raise ArchiveTooLarge(wanted=f"{total / 1e6:,.0f}", limit=f"{limit() / 1e6:,.0f}")
    if not _missing(wanted):
        return
    with _locked("fetching.lock"), room():
        _clear_drafts()
        missing = _missing(wanted)
        with _locked("cache.lock"):
            _make_room(sum(file.bytes for file in missing))
        for file in missing:
            _fetch(file)


def limit() -> int:
    """Bytes that copies of archived files may take."""
    given = str(getattr(settings, "HUIQUN_ARCHIVE_CACHE", "10GB"))
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B\s*", given, re.IGNORECASE)
    return int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0


def _missing(wanted: dict[Path, LakeFile]) -> list[LakeFile]:
    """Those of which there is no copy. The others are marked as used, so that nobody takes them away."""
    missing = []
    with _locked("cache.lock"):
        for place, file in wanted.items():
            try:
                os.utime(place)
            except FileNotFoundError:
                missing.append(file)
    return missing


def _make_room(wanted: int) -> None:
    copies = sorted(
        ((path, path.stat()) for path in _folder().glob("*.parquet")), key=lambda each: each[1].st_mtime
    )
    surplus = sum(stat.st_size for _path, stat in copies) + wanted - limit()
    for path, stat in copies:
        if surplus <= 0:
            return
        if stat.st_mtime > time.time() - IN_USE:
            break
        path.unlink()
        surplus -= stat.st_size
    if surplus > 0:
        raise ArchiveBusy()


def _fetch(file: LakeFile) -> None:
    """From the lake's own folder while the file is still there: it goes with the last version that names it."""
    draft = file.place.with_name(f".{file.place.name}")
    try:
        try:
            draft.hardlink_to(folder() / file.path)
        except FileNotFoundError:
            storage().get(file.archived, draft)
        if file_digest(draft) != file.sha256:
            raise FileDamaged(path=file.archived)
        settle(draft)
        os.utime(draft)
        rename(draft, file.place)
    finally:
        draft.unlink(missing_ok=True)


def _clear_drafts() -> None:
    for draft in _folder().glob(".*.parquet"):
        draft.unlink(missing_ok=True)


def _folder() -> Path:
    return folder() / "cache"


@contextmanager
def _locked(name: str) -> Iterator[None]:
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
