"""Whether the lake knows what a rule asks: a window that begins before the data is said, one without any is refused."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext
from sqlglot import exp

from huiqun.audiences import rules
from huiqun.audiences.queries.catalogue import SUGGESTIONS, suggestions
from huiqun.audiences.refusals import NoDataBefore, NoDataYet, ValueUnheardOf, ValueUnheardOfAlike
from huiqun.audiences.rules import RuleInvalid
from huiqun.audiences.rules.tree import Leaf, leaves
from huiqun.foundation import lake
from huiqun.foundation.fields import Measure

OWN = frozenset({"touches"})
"""What this system records itself: where there is nothing, nothing happened."""
EXACT = frozenset({"eq", "in"})


@dataclass(frozen=True)
class _Reading:
    """One reading of a dataset: from which day on (None: whatever there is) and up to which."""

    dataset: str
    first: date | None
    last: date


def data_warnings(rule: Any, today: date, lake_version: int | None = None) -> tuple[RuleInvalid, ...]:
    """What the reader of a count has to know, in the order of the rule: conditions that reach back before the
    first day of the data, and values that nobody has. :raises RuleInvalid, NoDataYet, NoDataBefore"""
    node = rules.parse(rule)
    number = lake.version() if lake_version is None else lake_version
    found: dict[tuple[str, str], RuleInvalid] = {}
    for leaf in leaves(node):
        for warning in (*_windows(leaf, today, lake.manifest(number)), *_values(leaf, number)):
            found.setdefault((leaf.path, warning.code), warning)
    return tuple(found.values())


def require_data(rule: Any, today: date, lake_version: int | None = None) -> None:
    """:raises RuleInvalid, NoDataYet, NoDataBefore where the lake has nothing at all of what a condition asks"""
    data_warnings(rule, today, lake_version)


def _windows(leaf: Leaf, today: date, of: lake.Manifest) -> Iterator[RuleInvalid]:
    for reading in _readings(leaf, today):
        files = [file for file in of.of(reading.dataset) if file.rows]
        said: dict[str, Any] = {"path": leaf.path, "field": rules.field_words(leaf, gettext)}
        days = [date.fromisoformat(file.first_day) for file in files if file.first_day]
        if reading.dataset in OWN:
            continue
        if not files:
            raise NoDataYet(**said)
        if not days:
            continue
        begin = min(days)
        if reading.last < begin:
            raise NoDataBefore(**said, first=begin.isoformat(), asked=reading.last.isoformat())
        if reading.first is not None and reading.first < begin:
            yield NoDataBefore(**said, first=begin.isoformat(), asked=reading.first.isoformat())


def _readings(leaf: Leaf, today: date) -> Iterator[_Reading]:
    if leaf.field.relation is None:
        return
    relation = leaf.field.relation(leaf.arguments, today)
    query = relation.query() if isinstance(relation, Measure) else relation
    for table in query.find_all(exp.Table):
        select = table.parent_select
        if table.name in lake.DATASETS and isinstance(select, exp.Select):
            yield _reading(table.name, select.args.get("where"), today)


def _reading(dataset: str, where: exp.Expr | None, today: date) -> _Reading:
    """From the bounds of ``dt``, also those by which the newest delivery is looked for."""
    first, last = None, today
    for part in where.find_all(exp.GT, exp.GTE, exp.LTE) if where is not None else ():
        literal = part.expression.find(exp.Literal) if isinstance(part.expression, exp.Cast) else None
        if part.this.name != "dt" or literal is None:
            continue
        bound = date.fromisoformat(str(literal.this))
        if isinstance(part, exp.LTE):
            last = min(last, bound)
        else:
            first = bound + timedelta(days=isinstance(part, exp.GT))
    return _Reading(dataset, first, last)


def _values(leaf: Leaf, number: int) -> Iterator[RuleInvalid]:
    """Values of free text that no customer has, where all that customers have are known."""
    known = suggestions(number, str(lake.folder())).get(leaf.field.name, ())
    if leaf.operator not in EXACT or not known or len(known) >= SUGGESTIONS:
        return
    for value in leaf.value if isinstance(leaf.value, tuple) else (leaf.value,):
        if value in known:
            continue
        said = {"path": f"{leaf.path}.value", "value": rules.shown(value)}
        near = difflib.get_close_matches(value, known, n=3, cutoff=0.5)
        yield ValueUnheardOfAlike(**said, near=", ".join(near)) if near else ValueUnheardOf(**said)
