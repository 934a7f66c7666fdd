"""Pages by key, so that the last page costs what the first one does, and nothing is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, Q, QuerySet

SALT = "keyset"


@dataclass(frozen=True)
class Page:
    """``next`` and ``previous`` are opaque places for the address (``?after=``, ``?before=``), or ""."""

    rows: Sequence[Any]
    next: str
    previous: str
    query: str = ""


def keyset_page(
    queryset: QuerySet[Any], params: Mapping[str, str], *, order: tuple[str, ...] = ("-id",), size: int = 20
) -> Page:
    """One page of ``queryset`` in ``order``, whose last column must be unique and none of which may be null."""
    after, before = _read(params.get("after", "")), _read(params.get("before", ""))
    backward = bool(before) and not after
    ordering = tuple(_flip(column) for column in order) if backward else order
    queryset = queryset.order_by(*ordering)
    place = after or before
    if place and len(place) == len(order):
        queryset = queryset.filter(_beyond(ordering, place))
    rows = list(queryset[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    has_next, has_previous = (bool(before), more) if backward else (more, bool(after))
    return Page(
        rows=rows,
        next=_place(rows[-1], order) if rows and has_next else "",
        previous=_place(rows[0], order) if rows and has_previous else "",
        query=_query(params),
    )


def _flip(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _beyond(ordering: tuple[str, ...], place: Sequence[Any]) -> Q:
    """(a, b) beyond (x, y), column by column, each in its own direction."""
    beyond, same = Q(pk__in=()), Q()
    for column, value in zip(ordering, place, strict=True):
        name = column.lstrip("-")
        step = Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        beyond |= same & step
        same &= Q(**{name: value})
    return beyond


def _place(row: Model, order: tuple[str, ...]) -> str:
    values = []
    for column in order:
        value: Any = row
        for part in column.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(value if isinstance(value, (int, str)) else str(value))
    return signing.dumps(values, salt=SALT)


def _read(text: str) -> list[Any] | None:
    try:
        return list(signing.loads(text, salt=SALT)) if text else None
    except signing.BadSignature:
        return None


def is_place(text: str, order: tuple[str, ...]) -> bool:
    """Whether it is a place that we gave, in a list of this order."""
    return len(_read(text) or ()) == len(order)


def _query(params: Mapping[str, str]) -> str:
    """The rest of the address, to keep the query while paging."""
    return urlencode(
        [(key, value) for key, value in params.items() if key not in {"after", "before"} and value]
    )
