"""The one clock that doors and tasks read. Actions are told the time; they never look."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """The present instant in UTC; shifted by HUIQUN_CLOCK_OFFSET seconds in a demo, held still in a test."""
    return _held.get() or timezone.now() + timedelta(seconds=settings.HUIQUN_CLOCK_OFFSET)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment``."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
