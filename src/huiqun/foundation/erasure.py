"""A person's data erased as every model declares it; and what keeps it from being erased yet.

Domains above the person's know things that are not finished: each registers a hold, which says so in words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from huiqun.foundation.personal_data import PersonalData

Hold = Callable[[int, date], Sequence[str]]
"""From a person's id and the day to sentences, one for each thing that is not finished."""

_holds: list[Hold] = []


@dataclass(frozen=True, kw_only=True)
class Erased:
    """``rows`` of a model that were deleted, blanked or kept (``how``); ``why`` they were kept."""

    model: str
    how: str
    rows: int
    why: str = ""


def add_hold(hold: Hold) -> None:
    _holds.append(hold)


def holds_on(person_id: int, today: date) -> tuple[str, ...]:
    return tuple(sentence for hold in _holds for sentence in hold(person_id, today))


def erase(person: type[models.Model], ids: Sequence[int]) -> tuple[Erased, ...]:
    """Carry out what is declared, in every model that has rows of these persons: their own, those that point
    to them, and those with a column that is named for their id. Part of the caller's transaction."""
    done = (_erase(model, link, ids) for model, link in _linked(person))
    return tuple(each for each in done if each.rows)


def _erase(model: type[models.Model], link: str, ids: Sequence[int]) -> Erased:
    declared: PersonalData = model.personal_data  # type: ignore[attr-defined]
    rows = model._base_manager.filter(**{f"{link}__in": ids})
    said = {"model": model._meta.label, "why": ""}
    if declared.erasure == "delete":
        return Erased(**said, how="delete", rows=rows.delete()[0])
    if declared.erasure == "anonymise":
        blanks = {name: _blank(model, name) for name, how in declared.fields.items() if how != "pseudonym"}
        return Erased(**said, how="anonymise", rows=rows.update(**blanks) if blanks else rows.count())
    why = declared.erasure.removeprefix("keep: ")
    return Erased(model=model._meta.label, how="keep", rows=rows.count(), why=why)


def _linked(person: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Rows that are deleted or kept first, the person's own last."""
    for model in apps.get_models():
        declared = getattr(model, "personal_data", None)
        if isinstance(declared, PersonalData) and declared.fields and model is not person:
            link = _link(model, person)
            if link:
                yield model, link
    yield person, "pk"


def _link(model: type[models.Model], person: type[models.Model]) -> str:
    for field in model._meta.local_fields:
        if field.related_model is person:
            return field.attname
    name = f"{person._meta.model_name}_id"
    try:
        return str(model._meta.get_field(name).name)
    except FieldDoesNotExist:
        return ""


def _blank(model: type[models.Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""
