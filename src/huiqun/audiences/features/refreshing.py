"""Keeping the features in step with the lake and the calendar."""

from datetime import date, datetime

import structlog

from huiqun.audiences.features.building import build
from huiqun.audiences.features.states import State, current, sweep
from huiqun.audiences.features.ticking import tick
from huiqun.audiences.refusals import TooHeavy
from huiqun.foundation import lake

log = structlog.get_logger()
FOLD_AT = 10
"""An overlay of more than one row in so many is folded into a new file."""


_given_up: set[tuple[str, int, date]] = set()
"""Lakes, versions and days whose features need more memory than there is: not tried again and again."""


def refresh(*, now: datetime, today: date) -> State | None:
    """Bring the features up to the current version of the lake: quickly where only events came, otherwise
    by working all of them out. None when there is no lake yet or memory does not suffice: then rules are
    asked of the lake itself."""
    number = lake.version()
    this = (str(lake.folder()), number, today)
    if not number or this in _given_up:
        return None
    try:
        before, state = current(), tick(now=now, today=today)
        if state is None or state.overlay_rows * FOLD_AT > state.rows:
            state = build(now=now, today=today)
    except TooHeavy:
        _given_up.add(this)
        log.error("features need more memory", lake_version=number, day=today.isoformat())
        return None
    if state != before:
        sweep(now=now)
    return state
