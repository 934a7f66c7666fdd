"""Customers on their phones: who is there, and what the domains have for them. Foundation knows neither customers nor
ways of recognising them; both are registered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Text = str | Promise
Recognise = Callable[[HttpRequest, datetime], int | None]

_ways: list[Recognise] = []
_tabs: list["Tab"] = []


@dataclass(frozen=True)
class Tab:
    """An entry of the bar at the foot of customers' pages."""

    label: Text
    url_name: str
    icon: str
    order: int

    @cached_property
    def url(self) -> str:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


def recognise_by(way: Recognise) -> None:
    """Ask ``way(request, now)`` who is on the phone: a customer's id, or None."""
    _ways.append(way)


def recognised(request: HttpRequest, now: datetime) -> int | None:
    """The customer on the phone, or None for somebody unknown."""
    return next((found for way in _ways if (found := way(request, now)) is not None), None)


def add_tab(*, label: Text, url_name: str, icon: str, order: int) -> None:
    """Show an entry at the foot of customers' pages; five are what a phone has room for."""
    _tabs.append(Tab(label, url_name, icon, order))


def tabs() -> list[Tab]:
    return [tab for tab in sorted(_tabs, key=lambda tab: tab.order) if tab.url]


def current(path: str) -> Tab | None:
    """The tab to which a page belongs: the longest address that it begins with."""
    within = [tab for tab in tabs() if path.startswith(tab.url)]
    return max(within, key=lambda tab: len(tab.url), default=None)
