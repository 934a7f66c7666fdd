"""Runs that go before another today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from huiqun.delivery.models import Run
from huiqun.delivery.models.runs import LIVE
from huiqun.delivery.rules.states import RunState

YESTERDAY = timedelta(days=2)
"""Far enough back for every time zone's today."""


@dataclass(frozen=True)
class Rivals:
    """``waiting`` are runs of higher priority that are sending now; ``any_lately``: one was in the last days."""

    waiting: tuple[int, ...] = ()
    any_lately: bool = False


def rivals_of(*, priority: int, purpose: str, now: datetime, but: int | None) -> Rivals:
    """Runs of higher priority for the same purpose. A paused one takes nobody's turn."""
    higher = Run.objects.filter(source=LIVE, purpose=purpose, priority__gt=priority).exclude(pk=but)
    lately = higher.filter(~Q(state=RunState.FINISHED) | Q(finished_at__gt=now - YESTERDAY))
    states = dict(lately.order_by().values_list("pk", "state"))
    waiting = tuple(sorted(run_id for run_id, state in states.items() if state == RunState.SENDING))
    return Rivals(waiting, bool(states))
