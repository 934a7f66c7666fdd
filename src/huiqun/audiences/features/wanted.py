"""A feature: a field with its arguments, worked out for every customer on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import Leaf
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, Measure

REFERENCE = "audience:"
"""Fields of this name ask whether somebody is in another audience: that is beside the lake."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    key: str
    field: AudienceField
    arguments: Mapping[str, Any]

    def relation(self, today: date) -> Measure | exp.Select:
        assert self.field.relation is not None
        return self.field.relation(self.arguments, today)

    @classmethod
    def kept(cls, key: str, name: str, arguments: Mapping[str, Any]) -> "Feature | None":
        """As it was written down in JSON, which knows lists only; None when the field is gone."""
        field = fields.find(name)
        if field is None or field.relation is None:
            return None
        known = {
            each: tuple(value) if isinstance(value, list) else value for each, value in arguments.items()
        }
        return cls(key=key, field=field, arguments=known)

    @property
    def label(self) -> str:
        """The column's name as analysts read it in SQL."""
        given = ", ".join(f"{name}={_said(value)}" for name, value in self.arguments.items())
        return f"{self.field.name}({given})" if given else self.field.name


def features_of(leaves: Iterable[Leaf]) -> list[Feature]:
    """Each distinct field with arguments that is not a mere column of the profile, and that the lake tells."""
    found: dict[str, Feature] = {}
    for leaf in leaves:
        if leaf.field.relation is not None and not leaf.field.name.startswith(REFERENCE):
            key = feature_key(leaf)
            found.setdefault(key, Feature(key=key, field=leaf.field, arguments=leaf.arguments))
    return list(found.values())


def column_names(features: Iterable[Feature], taken: Iterable[str]) -> dict[str, str]:
    """A column for each key. DuckDB takes no notice of case, so neither may we."""
    used = {name.casefold() for name in taken}
    names: dict[str, str] = {}
    for feature in features:
        name, again = feature.label, 1
        while name.casefold() in used:
            again += 1
            name = f"{feature.label} {again}"
        used.add(name.casefold())
        names[feature.key] = name
    return names


def _said(value: Any) -> str:
    return "|".join(value) if isinstance(value, tuple) else str(value)
