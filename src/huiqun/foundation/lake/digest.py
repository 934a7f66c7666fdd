"""What a file is known by, and making it lasting."""

import hashlib
import os
from pathlib import Path


def file_digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def settle(path: Path) -> None:
    """Down to the disk before anybody relies on it."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
