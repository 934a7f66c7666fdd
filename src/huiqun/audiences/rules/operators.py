"""Which comparisons a type has, and what kind of value each takes."""

from collections.abc import Mapping
from enum import StrEnum

from huiqun.foundation.fields import AudienceField, FieldType
from huiqun.lib.words import gettext_noop as _


class Takes(StrEnum):
    ONE = "one"
    TWO = "two"
    LIST = "list"
    DAYS = "days"
    NOTHING = "nothing"


_NUMBERS = {
    "eq": Takes.ONE,
    "ne": Takes.ONE,
    "gt": Takes.ONE,
    "gte": Takes.ONE,
    "lt": Takes.ONE,
    "lte": Takes.ONE,
    "between": Takes.TWO,
}
_CODES = {"eq": Takes.ONE, "ne": Takes.ONE, "in": Takes.LIST, "not_in": Takes.LIST}
_DAYS = {
    "on": Takes.ONE,
    "before": Takes.ONE,
    "after": Takes.ONE,
    "between": Takes.TWO,
    "last_days": Takes.DAYS,
    "next_days": Takes.DAYS,
    "older_than_days": Takes.DAYS,
}
_BY_TYPE: Mapping[FieldType, Mapping[str, Takes]] = {
    FieldType.NUMBER: _NUMBERS,
    FieldType.MONEY: _NUMBERS,
    FieldType.PERCENT: _NUMBERS,
    FieldType.DAY: _DAYS,
    FieldType.CODE: _CODES,
    FieldType.TEXT: {**_CODES, "contains": Takes.ONE, "starts_with": Takes.ONE},
    FieldType.FLAG: {"eq": Takes.ONE},
}
_ABOUT_MISSING = {"is_missing": Takes.NOTHING, "is_known": Takes.NOTHING}

LABELS: Mapping[str, str] = {
    "eq": _("is"),
    "ne": _("is not"),
    "gt": _("is more than"),
    "gte": _("is at least"),
    "lt": _("is less than"),
    "lte": _("is at most"),
    "between": _("is between"),
    "in": _("is one of"),
    "not_in": _("is none of"),
    "contains": _("contains"),
    "starts_with": _("starts with"),
    "on": _("is on"),
    "before": _("is before"),
    "after": _("is after"),
    "last_days": _("lies in the last … days"),
    "next_days": _("lies in the next … days"),
    "older_than_days": _("lies more than … days back"),
    "is_missing": _("is unknown"),
    "is_known": _("is known"),
}


def operators(field: AudienceField) -> Mapping[str, Takes]:
    """Comparisons for a field. Only a field that can be unknown may be asked whether it is."""
    return _BY_TYPE[field.type] if field.absent is not None else {**_BY_TYPE[field.type], **_ABOUT_MISSING}
