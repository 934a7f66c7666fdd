"""Working something out beside the request: whoever asks again finds it done, under way, or refused."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from huiqun.audiences.turns import patient
from huiqun.lib.refusal import Refusal

PATIENCE = 600.0
REMEMBERED = 20.0
"""Seconds for which a refusal stands before the same is tried again."""


@dataclass(kw_only=True)
class Work:
    """``refusal`` says why it was not done. Anything else that went wrong is a bug, raised to whoever waits."""

    ended: threading.Event = field(default_factory=threading.Event)
    ended_at: float = 0.0
    refusal: Refusal | None = None
    bug: Exception | None = None

    def wait(self, seconds: float) -> bool:
        ended = self.ended.wait(seconds)
        if self.bug is not None:
            raise self.bug
        return ended


_works: dict[str, Work] = {}
_lock = threading.Lock()


def begin(key: str, job: Callable[[], object]) -> Work:
    """Start ``job`` unless one of the same key is under way, or was refused a moment ago. It may neither use
    the database nor take anything from the request."""
    with _lock:
        _forget()
        work = _works.get(key)
        if work is None:
            work = _works[key] = Work()
            threading.Thread(target=_run, args=(work, job), name="bitmaps", daemon=True).start()
        return work


def _run(work: Work, job: Callable[[], object]) -> None:
    try:
        with patient(PATIENCE):
            job()
    except Refusal as refusal:
        work.refusal = refusal
    except Exception as bug:
        work.bug = bug
    finally:
        work.ended_at = time.monotonic()
        work.ended.set()


def _forget() -> None:
    now = time.monotonic()
    for key, work in list(_works.items()):
        refused = work.refusal is not None or work.bug is not None
        if work.ended.is_set() and not (refused and now - work.ended_at < REMEMBERED):
            del _works[key]
