"""Menus and shared screens know no one: each domain brings its own entries and panels."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role

Text = str | Promise
Render = Callable[[HttpRequest, int], str | None]


@dataclass(frozen=True)
class MenuEntry:
    section: Text
    label: Text
    url_name: str
    roles: frozenset[Role]
    order: int

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class MenuSection:
    label: str
    entries: tuple[MenuEntry, ...]


_menu: list[MenuEntry] = []
_panels: dict[str, list[tuple[int, Render]]] = {}


def add_menu(*, section: Text, label: Text, url_name: str, roles: tuple[Role, ...], order: int) -> None:
    """Show an entry to those who hold one of ``roles``, and to auditors. ``order`` sorts sections and entries."""
    _menu.append(MenuEntry(section, label, url_name, frozenset((*roles, Role.AUDITOR)), order))


def add_panel(*, place: str, render: Render, order: int = 100) -> None:
    """Show a panel at ``place`` ("customer", "home", "campaign"); ``render(request, subject_id)`` gives
    HTML that it has escaped itself, or None when there is nothing to show to this person."""
    _panels.setdefault(place, []).append((order, render))


def menu(staff: Staff) -> tuple[MenuSection, ...]:
    sections: dict[str, list[MenuEntry]] = {}
    for entry in sorted(_menu, key=lambda entry: entry.order):
        if entry.roles & staff.role_set and _exists(entry):
            sections.setdefault(str(entry.section), []).append(entry)
    return tuple(MenuSection(label, tuple(entries)) for label, entries in sections.items())


def _exists(entry: MenuEntry) -> bool:
    try:
        return bool(entry.url)
    except NoReverseMatch:
        return False


def render(place: str, request: HttpRequest, subject_id: int = 0) -> list[SafeString]:
    """What the domains have to show at ``place``, in their order."""
    shown = (
        panel(request, subject_id) for _, panel in sorted(_panels.get(place, []), key=lambda item: item[0])
    )
    return [mark_safe(html) for html in shown if html]  # panels come from templates, which escape
