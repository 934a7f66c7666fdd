"""Real data that lies beside the project on our machines and nowhere in it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def shared_file(name: str) -> Path:
    """The file, or a skipped test that says which one is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project (../shared)")
    return path
