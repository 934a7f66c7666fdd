"""Processes that claim on this test's database, to be killed in the middle."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from django.db import connection

HAND = Path(__file__).with_name("hand.py")


def place_of_test_database() -> dict[str, str]:
    """What a process of its own needs in its environment."""
    place = connection.settings_dict
    port = f"&port={place['PORT']}" if place["PORT"] else ""
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={quote(place['HOST'], safe='')}{port}"
    return {"DATABASE_URL": url} | ({"PGPASSWORD": place["PASSWORD"]} if place["PASSWORD"] else {})


class Nursery:
    """Forks hands, because Django takes seconds to begin."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(HAND)],
            env={**os.environ, **place_of_test_database()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._said() == "ready"
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _wrong: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def kill_after(self, seconds: float, benefit_id: int, now: datetime, customers: list[int]) -> None:
        """Let a hand claim for so long, then kill -9 it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{benefit_id} {now.isoformat()} {' '.join(map(str, customers))}\n")
        self._process.stdin.flush()
        child = int(self._said())
        ended = bool(select.select([self._process.stdout], [], [], seconds)[0])
        if not ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert self._said() == "ended"

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
