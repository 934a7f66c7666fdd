"""Partners' clerks at the counter: who is there. Foundation knows neither partners nor how they sign in; the way is
registered by whoever does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

BEFORE_CHANGE = frozenset({"counter_password", "counter_sign_out"})
"""All that opens to a first password."""


@dataclass(frozen=True, kw_only=True)
class AtCounter:
    """A clerk as doors know one. ``must_change``: the password is still the one that the bank gave."""

    clerk_id: int
    partner_id: int
    partner: str
    shop: str
    is_manager: bool
    must_change: bool


Recognise = Callable[[HttpRequest, datetime], AtCounter | None]
_ways: list[Recognise] = []


def recognise_by(way: Recognise) -> None:
    _ways.append(way)


def recognised(request: HttpRequest, now: datetime) -> AtCounter | None:
    return next((found for way in _ways if (found := way(request, now)) is not None), None)
