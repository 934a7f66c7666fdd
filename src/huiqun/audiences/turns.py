"""Heavy evaluations take turns on a machine: whoever comes waits in order, and is told when it takes too long.

A ticket is a file that its holder keeps locked. A process that dies loses its locks, so that nobody waits for it.
"""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from uuid import uuid4

from huiqun.audiences.refusals import Busy
from huiqun.foundation import lake

PATIENCE = 20.0
"""Seconds that a person is kept waiting; jobs say how much longer they can wait."""
_patience: ContextVar[float] = ContextVar("patience", default=PATIENCE)
_mine: ContextVar[bool] = ContextVar("my_turn", default=False)


@contextmanager
def patient(seconds: float, *, at_least: bool = False) -> Iterator[None]:
    """Whatever is asked inside waits this long for its turn; ``at_least``: or longer where that is said already."""
    token = _patience.set(max(seconds, _patience.get()) if at_least else seconds)
    try:
        yield
    finally:
        _patience.reset(token)


@contextmanager
def turn() -> Iterator[None]:
    """Alone on this machine until the end; who holds the turn already has it. :raises Busy"""
    if _mine.get():
        yield
        return
    with _ticket() as ticket:
        _wait(ticket, _patience.get())
        token = _mine.set(True)
        try:
            yield
        finally:
            _mine.reset(token)


@contextmanager
def _ticket() -> Iterator[Path]:
    """Tickets are drawn one after the other, so that they are seen in the order of their numbers."""
    folder = lake.folder() / "turns" / socket.gethostname()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid4().hex}"
    with draft.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with (folder / "drawing.lock").open("w") as drawing:
            fcntl.flock(drawing, fcntl.LOCK_EX)
            ticket = folder / f"{time.time_ns():020d}-{os.getpid()}-{draft.name[1:9]}"
            draft.rename(ticket)
        try:
            yield ticket
        finally:
            ticket.unlink(missing_ok=True)


def _wait(ticket: Path, patience: float) -> None:
    started, pause = time.monotonic(), 0.005
    while ahead := _ahead(ticket):
        if time.monotonic() - started >= patience:
            raise Busy(ahead=ahead, seconds=round(patience))
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def _ahead(ticket: Path) -> int:
    earlier = sorted(each for each in ticket.parent.glob("[0-9]*-*") if each.name < ticket.name)
    return sum(_is_held(each) for each in earlier)


def _is_held(ticket: Path) -> bool:
    with suppress(FileNotFoundError), ticket.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        ticket.unlink(missing_ok=True)
    return False
