"""What rules may ask of a customer: every domain registers its fields here, and audiences compile them.

A field says how its value is had from the lake. There are two ways: an expression over the customer's row
in ``profiles``, or a relation with one row per customer (``customer_id``, ``value``). Both are sqlglot
trees made from checked arguments, so that nothing a person typed is ever pasted into SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlglot import exp


class FieldType(StrEnum):
    """The type decides which comparisons there are and how a value is written in a rule.

    ``MONEY`` is written in yuan and stored in fen; ``PERCENT`` is written as 50 for one half.
    """

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    CODE = "code"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a list: the code in the rule, and its label (an English msgid)."""

    value: str | int
    label: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What narrows a field down: a number of days, kinds of transaction. ``choices`` are suggestions
    when ``open``, otherwise the only values there are. ``several`` allows a list."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    choices: tuple[Choice, ...] = ()
    open: bool = False
    several: bool = False
    default: str | int | None = None
    minimum: int = 1
    maximum: int = 3660


Arguments = Mapping[str, object]
"""Checked values of a field's parameters: int, str or tuple of str; absent when not given."""

ProfileValue = Callable[[date], exp.Expr]
"""From the bank's day to an expression over the row ``p`` of ``profiles``."""


class Growth(StrEnum):
    """How a value and that of rows that came later become the value of both: they add up, or the greater
    or the smaller of them stands. What can't be had that way (distinct counts) is worked out anew."""

    SUM = "sum"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One value for each customer who has rows of ``dataset`` that meet all of ``where``. ``value`` is an
    aggregate over those rows. Known in its parts, so that many measures are had in one reading."""

    dataset: str
    value: exp.Expr
    where: tuple[exp.Expr, ...] = ()
    growth: Growth | None = None

    def query(self) -> exp.Select:
        """A SELECT of ``customer_id`` and ``value``."""
        customer = exp.column("customer_id", quoted=True)
        rows = exp.select(customer, exp.alias_(self.value.copy(), "value", quoted=True)).from_(
            exp.to_table(self.dataset, quoted=True)
        )
        if self.where:
            rows = rows.where(*(each.copy() for each in self.where))
        return rows.group_by(customer.copy())


Relation = Callable[[Arguments, date], Measure | exp.Select]
"""From arguments and the bank's day to one value per customer: a measure, or where one dataset does not
tell it, a SELECT of ``customer_id`` and ``value``."""

Resolve = Callable[[str | int, date], str | int]


Bounds = Callable[[str, object, date], exp.Expr | None]
"""From an operator, a value and the bank's day to the same condition asked of plain columns of ``p``; None when
there is none. Engines decide it faster than one on an expression."""


@dataclass(frozen=True, kw_only=True)
class AudienceField:
    """``label``, ``description``, ``phrase`` and ``group`` are English msgids; ``phrase`` is how a sentence
    names the field and may use required parameters (``%(days)s``); ``label`` when empty.

    ``absent`` is the value of a customer for whom there is no row: 0 for counts and sums, None for unknown.
    ``bounds`` may say a condition on a ``profile`` expression in a simpler way.
    ``resolve`` turns a relative value ("this month") into a plain one. Exactly one of ``profile`` and
    ``relation`` is given.
    """

    name: str
    label: str
    type: FieldType
    group: str
    description: str = ""
    phrase: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    open: bool = False
    parameters: tuple[Parameter, ...] = ()
    profile: ProfileValue | None = None
    relation: Relation | None = None
    absent: int | bool | None = None
    resolve: Resolve | None = None
    bounds: Bounds | None = None

    def parameter(self, name: str) -> Parameter | None:
        return next((each for each in self.parameters if each.name == name), None)


Family = Callable[[str], AudienceField | None]
"""From the name behind the colon to the field; None when there can be none of that name."""


@dataclass(frozen=True, kw_only=True)
class FamilyKind:
    """What is said of a family: ``label`` is an English msgid, ``example`` one of the names behind the colon,
    ``pattern`` the regular expression that all of them meet."""

    label: str
    example: str
    pattern: str


_fields: dict[str, AudienceField] = {}
_families: dict[str, Family] = {}
_kinds: dict[str, FamilyKind] = {}


def register(*new: AudienceField) -> None:
    """Add fields to the catalogue. A name is given once: a second registration replaces the first."""
    for field in new:
        if (field.profile is None) == (field.relation is None):
            raise ValueError(f"{field.name} needs either a profile expression or a relation")
        _fields[field.name] = field


def register_family(
    prefix: str, make: Family, *, label: str = "", example: str = "name", pattern: str = ".+"
) -> None:
    """Fields whose names are ``prefix:<name>``, made when they are asked for: the bank's own attributes."""
    _families[prefix] = make
    _kinds[prefix] = FamilyKind(label=label or prefix, example=example, pattern=pattern)


def family_kind(prefix: str) -> FamilyKind:
    return _kinds.get(prefix, FamilyKind(label=prefix, example="name", pattern=".+"))


def find(name: str) -> AudienceField | None:
    prefix, colon, rest = name.partition(":")
    if colon:
        return _families[prefix](rest) if prefix in _families and rest else None
    return _fields.get(name)


def catalogue() -> tuple[AudienceField, ...]:
    """Every field by name, families left out, in the order of registration."""
    return tuple(_fields.values())


def families() -> tuple[str, ...]:
    return tuple(_families)
