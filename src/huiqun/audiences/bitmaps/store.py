"""Where bitmaps are kept: the latest used in memory, those that took time in files beside the lake.

A file is named for what it answers and never changed. One that is damaged is as good as none.
"""

import hashlib
import os
import time
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from pyroaring import BitMap

from huiqun.foundation import lake

MEMORY = 256 * 1024 * 1024
KEEP = timedelta(days=2)
_SEAL = 16
_TOUCH_AFTER = 3600


class Shelf:
    """Bitmaps by key, the least recently used given up first. What it hands out is not to be changed."""

    def __init__(self, limit: int = MEMORY) -> None:
        self.limit, self.bytes = limit, 0
        self._kept: OrderedDict[str, tuple[BitMap, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> BitMap | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: str, bitmap: BitMap) -> None:
        size = weight(bitmap)
        with self._lock:
            self.bytes -= self._kept.pop(key, (bitmap, 0))[1]
            self._kept[key] = (bitmap, size)
            self.bytes += size
            while self.bytes > self.limit and len(self._kept) > 1:
                self.bytes -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.bytes = 0


shelf = Shelf()


def weight(bitmap: BitMap) -> int:
    """Bytes in memory, nearly."""
    told = bitmap.get_statistics()
    containers = told["n_bytes_array_containers"] + told["n_bytes_bitset_containers"]
    return 200 + 16 * told["n_containers"] + containers + told["n_bytes_run_containers"]


def find(key: str) -> BitMap | None:
    """From memory, else from its file."""
    found = shelf.get(key)
    if found is None:
        found = read(_path(key))
        if found is not None:
            shelf.put(key, found)
    return found


def keep(key: str, bitmap: BitMap, *, in_file: bool) -> BitMap:
    shelf.put(key, bitmap)
    if in_file:
        write(_path(key), bitmap)
    return bitmap


def read(path: Path) -> BitMap | None:
    """None when there is no such file, or it is not what was written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) < _SEAL or _seal(content[_SEAL:]) != content[:_SEAL]:
        return None
    if time.time() - path.stat().st_mtime > _TOUCH_AFTER:
        os.utime(path)
    return BitMap.deserialize(content[_SEAL:])


def write(path: Path, bitmap: BitMap) -> None:
    """Complete or not at all. It need not survive a power failure: the seal tells."""
    content = bitmap.serialize()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    draft.write_bytes(_seal(content) + content)
    draft.replace(path)


def sweep(*, now: datetime, keep_for: timedelta = KEEP) -> int:
    """Delete files that nobody has asked for in a while; how many."""
    oldest, gone = (now - keep_for).timestamp(), 0
    for path in folder().rglob("*.roaring"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def folder() -> Path:
    return lake.folder() / "bitmaps"


def _path(key: str) -> Path:
    return folder() / key[:2] / f"{key}.roaring"


def _seal(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL).digest()
