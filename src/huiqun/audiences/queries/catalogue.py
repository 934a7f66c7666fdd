"""The catalogue of fields as the rule builder shows it, in the reader's language."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from huiqun.audiences.rules.operators import LABELS, operators
from huiqun.foundation import fields, lake
from huiqun.foundation.fields import AudienceField, Choice, Parameter

SUGGESTIONS = 200
DELIVERED = ("tag:", "score:")
"""Attributes whose names begin so are a family of their own."""
DELIVERED = ("tag:", "score:")
_SUGGESTED = {
    "profile.city": "city",
    "profile.occupation": "occupation",
    "profile.income_band": "income_band",
}


def catalogue(*, audiences: Sequence[tuple[int, str]] = ()) -> list[dict[str, Any]]:
    """Plain values for JSON: fields with their comparisons, parameters and values to suggest. ``audiences`` are
    those that a rule may refer to: id and name."""
    suggested = suggestions(lake.version(), str(lake.folder()))
    known = [_field(each, suggested.get(each.name, ())) for each in fields.catalogue()]
    members = _members(suggested["attributes"]) | {
        "audience": [[str(each), name] for each, name in audiences]
    }
    return known + [_family(prefix, members.get(prefix, [])) for prefix in fields.families()]


def _members(names: Sequence[str]) -> dict[str, list[Any]]:
    """The bank's attributes by family: those called ``tag:…`` and ``score:…`` are tags and scores."""
    plain = [name for name in names if not name.startswith(DELIVERED)]
    marked = {
        prefix.removesuffix(":"): [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        for prefix in DELIVERED
    }
    return {"attribute": plain, "attribute_number": plain, **marked}


def groups() -> list[tuple[str, list[AudienceField]]]:
    """Fields by group, for the page that explains them."""
    found: dict[str, list[AudienceField]] = {}
    for field in fields.catalogue():
        found.setdefault(field.group, []).append(field)
    return [(gettext(group), members) for group, members in found.items()]


@lru_cache(maxsize=4)
def suggestions(version: int, folder: str) -> dict[str, tuple[str, ...]]:
    """What the lake holds in columns of free text; the most frequent first. One look per version."""
    with lake.connect(reach=lake.HERE) as connection:
        found = {
            name: _values(connection, f'SELECT "{column}" FROM profiles')
            for name, column in _SUGGESTED.items()
        }
        found["attributes"] = _values(connection, "SELECT name FROM attributes")
    return found


def _values(connection: Any, query: str) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT value FROM ({query}) AS t(value) WHERE value IS NOT NULL"
        f" GROUP BY value ORDER BY count(*) DESC, value LIMIT {SUGGESTIONS}"
    ).fetchall()
    return tuple(row[0] for row in rows)


def _field(field: AudienceField, suggested: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": gettext(field.label),
        "description": gettext(field.description) if field.description else "",
        "group": gettext(field.group),
        "type": field.type,
        "unit": gettext(field.unit) if field.unit else "",
        "choices": _choices(field.choices),
        "suggested": list(suggested),
        "operators": [[code, gettext(LABELS[code]), takes] for code, takes in operators(field).items()],
        "parameters": [_parameter(each) for each in field.parameters],
        "nullable": field.absent is None,
    }


def _family(prefix: str, members: Sequence[Any]) -> dict[str, Any]:
    """A field whose name the person completes: ``family`` are names to choose from, or pairs of a name and what
    people call it. A family of pairs holds nothing else."""
    kind = fields.family_kind(prefix)
    member = fields.find(f"{prefix}:{kind.example}")
    assert member is not None
    return _field(member, ()) | {
        "name": f"{prefix}:",
        "label": gettext(kind.label),
        "family": list(members),
        "listed": prefix == "audience",
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": gettext(parameter.label),
        "type": parameter.type,
        "required": parameter.required,
        "choices": _choices(parameter.choices),
        "open": parameter.open,
        "several": parameter.several,
        "default": parameter.default,
    }


def _choices(choices: tuple[Choice, ...]) -> list[list[str | int]]:
    return [[choice.value, gettext(choice.label)] for choice in choices]
