"""Files of ids, each named by its digest: who is in an audience, who entered it, who left."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from pyroaring import BitMap

from huiqun.audiences.bitmaps import shelf
from huiqun.audiences.refusals import IdsGone
from huiqun.foundation import lake
from huiqun.foundation.lake.manifest import rename

KEEP = timedelta(days=90)
"""How long it can be said who entered and who left."""


def keep_ids(ids: BitMap) -> str:
    """Write the ids down; the digest of the file."""
    ids.run_optimize()
    content = ids.serialize()
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if path.exists():
        os.utime(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{digest}.{os.getpid()}")
        draft.write_bytes(content)
        rename(draft, path)
    shelf.put(f"ids:{digest}", ids)
    return digest


def are_kept(digest: str) -> bool:
    return _path(digest).exists()


def ids_of(digest: str) -> BitMap:
    """Not to be changed. :raises IdsGone when the file is no more, or is not the one that was written"""
    found = shelf.get(f"ids:{digest}")
    if found is None:
        found = _read(digest)
        shelf.put(f"ids:{digest}", found)
    return found


def sweep(*, now: datetime, keep: Iterable[str], keep_for: timedelta = KEEP) -> int:
    """Delete files older than ``keep_for``, but those of the digests in ``keep``; how many."""
    needed, gone = set(keep), 0
    for path in _folder().rglob("*.roaring"):
        if path.stem not in needed and path.stat().st_mtime < (now - keep_for).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _read(digest: str) -> BitMap:
    try:
        content = _path(digest).read_bytes()
    except FileNotFoundError:
        raise IdsGone(digest=digest[:12]) from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise IdsGone(digest=digest[:12])
    return BitMap.deserialize(content)


def _folder() -> Path:
    return lake.folder() / "memberships"


def _path(digest: str) -> Path:
    return _folder() / digest[:2] / f"{digest}.roaring"
