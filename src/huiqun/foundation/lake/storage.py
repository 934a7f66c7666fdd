"""The archive: whatever fsspec reaches under one URL, holding files by name."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from huiqun.foundation.lake.faults import ArchiveSilent, FileDamaged, is_full
from huiqun.lib.refusal import Refusal

BLOCK = 4 * 2**20


class Storage:
    """Credentials are the driver's own business: it takes them from its environment."""

    def __init__(self, url: str, shown: str) -> None:
        self.shown = shown
        with self._reached():
            fs, root = fsspec.core.url_to_fs(url)
        self._fs: Any = fs
        self._root: str = root.rstrip("/")

    def put(self, source: Path, name: str) -> None:
        """Half a file under the name is told by its digest, and written again by whoever repeats this."""
        with self._reached():
            self._require_folder()
            self._fs.makedirs(str(PurePosixPath(self._at(name)).parent), exist_ok=True)
            self._fs.put_file(str(source), self._at(name))

    def get(self, name: str, target: Path) -> None:
        """:raises ArchiveSilent, FileDamaged when the archive is there and the file is not"""
        with self._reached(name):
            self._fs.get_file(self._at(name), str(target))

    def digest(self, name: str) -> str | None:
        """Of what is there now, read back whole; None for nothing."""
        digest = hashlib.sha256()
        with self._reached():
            self._require_folder()
            if not self._fs.exists(self._at(name)):
                return None
            with self._fs.open(self._at(name), "rb") as handle:
                while block := handle.read(BLOCK):
                    digest.update(block)
        return digest.hexdigest()

    def size(self, name: str) -> int | None:
        with self._reached():
            self._require_folder()
            return int(self._fs.size(self._at(name))) if self._fs.exists(self._at(name)) else None

    def drop(self, name: str) -> None:
        with self._reached():
            if self._fs.exists(self._at(name)):
                self._fs.rm_file(self._at(name))

    def drop_like(self, part: str) -> None:
        """Whatever has ``part`` in its name."""
        for name in self.names():
            if part in name:
                self.drop(name)

    def names(self) -> set[str]:
        with self._reached():
            self._require_folder()
            return {path.removeprefix(self._root).lstrip("/") for path in self._fs.find(self._root)}

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _is_folder(self) -> bool:
        protocol = self._fs.protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def _require_folder(self) -> None:
        """An archive that is not mounted is not an empty one."""
        if self._is_folder() and not self._fs.isdir(self._root):
            raise ArchiveSilent(archive=self.shown, reason="the folder is not there")

    @contextmanager
    def _reached(self, name: str = "") -> Iterator[None]:
        """Each driver has exceptions of its own, and all of them say that the archive did not do it."""
        try:
            yield
        except Refusal:
            raise
        except Exception as error:
            if isinstance(error, OSError) and is_full(error):
                raise
            if isinstance(error, FileNotFoundError) and name:
                self._require_folder()
                raise FileDamaged(path=name) from error
            raise ArchiveSilent(archive=self.shown, reason=type(error).__name__) from error
