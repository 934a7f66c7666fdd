"""What programs send, read in forms; and lists they read page by page."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiqun.foundation.api import ApiRequest, WrongFields, WrongPlace, body_of
from huiqun.foundation.paging import is_place, keyset_page

UNKNOWN = gettext_noop("There is no such field.")
NOT_PLAIN = gettext_noop("This must be text or a whole number.")
LARGEST_PAGE = 200
AnyForm = TypeVar("AnyForm", bound=forms.Form)

PLACE: Mapping[str, Mapping[str, Any]] = {
    "after": {"type": "string", "description": gettext_noop("Where to go on: next of the page before.")},
    "size": {
        "type": "integer",
        "minimum": 1,
        "maximum": LARGEST_PAGE,
        "default": 50,
        "description": gettext_noop("How many a page holds at most."),
    },
}
"""The parameters of a list, for its description."""


class PageForm(forms.Form):
    """What every list may be asked; a list's own form adds its filters."""

    after = forms.CharField(required=False)
    size = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)


def in_query(request: ApiRequest, form: type[AnyForm]) -> dict[str, Any]:
    """:raises WrongFields"""
    return _read(form, {name: str(request.GET[name]) for name in request.GET})


def in_body(request: ApiRequest, form: type[AnyForm]) -> dict[str, Any]:
    """:raises BadBody, WrongFields"""
    return read_item(form, body_of(request))


def read_item(form: type[AnyForm], given: Mapping[str, Any]) -> dict[str, Any]:
    """One JSON object of text and whole numbers. :raises WrongFields"""
    wrong = {
        name: [_(NOT_PLAIN)]
        for name, value in given.items()
        if isinstance(value, bool) or not isinstance(value, (str, int, type(None)))
    }
    if wrong:
        raise WrongFields(wrong)
    return _read(form, {name: str(value) for name, value in given.items() if value is not None})


def _read(form: type[AnyForm], given: Mapping[str, str]) -> dict[str, Any]:
    filled = form(given)
    wrong = {name: [_(UNKNOWN)] for name in sorted(set(given) - set(filled.fields))}
    if not filled.is_valid():
        wrong |= {name: [str(each) for each in errors] for name, errors in filled.errors.items()}
    if wrong:
        raise WrongFields(wrong)
    return dict(filled.cleaned_data)


def listed(
    rows: QuerySet[Any],
    asked: Mapping[str, Any],
    shape: Callable[[Any], dict[str, Any]],
    *,
    order: tuple[str, ...] = ("-id",),
) -> JsonResponse:
    """``{"items": […], "next": the place to go on from, or null}``. :raises WrongPlace"""
    return said_list(*page_of(rows, asked, order=order), shape)


def page_of(
    rows: QuerySet[Any], asked: Mapping[str, Any], *, order: tuple[str, ...] = ("-id",)
) -> tuple[list[Model], str]:
    """:raises WrongPlace"""
    after = str(asked.get("after") or "")
    if after and not is_place(after, order):
        raise WrongPlace()
    page = keyset_page(rows, {"after": after}, order=order, size=asked.get("size") or 50)
    return list(page.rows), page.next


def said_list(rows: list[Any], place: str, shape: Callable[[Any], dict[str, Any]]) -> JsonResponse:
    return said({"items": [shape(row) for row in rows], "next": place or None})


def said(answer: Mapping[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(dict(answer), status=status, json_dumps_params={"ensure_ascii": False})


def list_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A list's schema, for its description."""
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object", "properties": dict(item)}},
            "next": {"type": ["string", "null"], "description": "Send it as `after`; null on the last page."},
        },
    }
