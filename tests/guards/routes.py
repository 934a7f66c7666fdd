"""Every address of the house, and what is needed to walk it."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import makers

FOREIGN = ("accounts/",)
"""Sign-in is django-allauth's; it has tests of its own and asks who you are by nature."""


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: Callable[..., Any]
    kinds: tuple[tuple[str, str], ...]

    @property
    def kwargs(self) -> tuple[str, ...]:
        return tuple(kwarg for kwarg, _ in self.kinds)

    @property
    def door(self) -> Any:
        return getattr(self.view, "door", None)

    @property
    def doors(self) -> list[Any]:
        """Every door the view is wrapped in; other decorators hand on the one inside."""
        found, view = [], self.view
        while view is not None:
            door = getattr(view, "door", None)
            if door is not None and not any(door is each for each in found):
                found.append(door)
            view = getattr(view, "__wrapped__", None)
        return found

    @property
    def object_kwargs(self) -> tuple[str, ...]:
        return tuple(kwarg for kwarg in self.kwargs if kwarg in route_objects())

    @property
    def unknown_kwargs(self) -> tuple[str, ...]:
        known = phone_objects() if self.door and self.door.kind == "customer" else route_objects()
        return tuple(kwarg for kwarg in self.kwargs if kwarg not in known)

    def counter_address(self, clerk: Any) -> str:
        """The route's address with one object of the clerk's partner for each of its nouns."""
        return reverse(self.name, kwargs={kwarg: counter_objects()[kwarg](clerk) for kwarg in self.kwargs})

    @property
    def any_address(self) -> str:
        """An address that fits, of nothing in particular: the door comes before the object."""
        fitting = {"int": 1, "uuid": "00000000-0000-0000-0000-000000000001"}
        values = {kwarg: fitting.get(kind, "x") for kwarg, kind in self.kinds}
        return reverse(self.name, kwargs=values)

    def phone_address(self, customer: Any) -> str:
        """The route's address with one object of the customer's for each of its nouns."""
        return reverse(self.name, kwargs={kwarg: phone_objects()[kwarg](customer) for kwarg in self.kwargs})

    def address(self, branch: Any, **given: Any) -> str:
        """The route's address with one object of ``branch`` for each of its nouns."""
        return reverse(
            self.name, kwargs={kwarg: route_objects()[kwarg](branch) for kwarg in self.kwargs} | given
        )


@cache
def route_objects() -> dict[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {}
    for module in _makers():
        found |= getattr(module, "ROUTE_OBJECTS", {})
    return found


@cache
def phone_objects() -> dict[str, Callable[[Any], Any]]:
    """For customers' own pages: one object of a customer for each noun (``PHONE_OBJECTS`` beside the maker)."""
    found: dict[str, Callable[[Any], Any]] = {}
    for module in _makers():
        found |= getattr(module, "PHONE_OBJECTS", {})
    return found


@cache
def counter_objects() -> dict[str, Callable[[Any], Any]]:
    """For partners' counters: one object of a clerk's partner for each noun (``COUNTER_OBJECTS`` beside the maker)."""
    found: dict[str, Callable[[Any], Any]] = {}
    for module in _makers():
        found |= getattr(module, "COUNTER_OBJECTS", {})
    return found


@cache
def phone_wide() -> frozenset[str]:
    """Nouns of customers' pages that are no customer's own (``PHONE_WIDE`` beside the maker)."""
    return frozenset(name for module in _makers() for name in getattr(module, "PHONE_WIDE", ()))


@cache
def bank_wide() -> frozenset[str]:
    """Nouns that belong to no branch: everybody with the role sees them (``BANK_WIDE`` beside the maker)."""
    return frozenset(name for module in _makers() for name in getattr(module, "BANK_WIDE", ()))


def _makers() -> Iterator[Any]:
    for module in pkgutil.iter_modules(makers.__path__):
        if module.name in settings.DOMAINS:
            yield import_module(f"tests.makers.{module.name}")


@cache
def all_routes() -> tuple[Route, ...]:
    return tuple(_routes(get_resolver().url_patterns, "", "", {}))


def staff_routes() -> list[Route]:
    return [route for route in all_routes() if route.door is not None and route.door.kind == "staff"]


def phone_routes() -> list[Route]:
    return [route for route in all_routes() if route.door is not None and route.door.kind == "customer"]


def clerk_routes() -> list[Route]:
    return [route for route in all_routes() if route.door is not None and route.door.kind == "clerk"]


def _routes(patterns: Any, prefix: str, namespace: str, inherited: dict[str, Any]) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(FOREIGN):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, path, inner, {**inherited, **pattern.pattern.converters})
        elif isinstance(pattern, URLPattern):
            converters = {**inherited, **pattern.pattern.converters}
            kinds = tuple(
                (name, type(each).__name__.removesuffix("Converter").lower())
                for name, each in converters.items()
            )
            yield Route(f"{namespace}{pattern.name or ''}", path, pattern.callback, kinds)
