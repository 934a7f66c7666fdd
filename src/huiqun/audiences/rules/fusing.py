"""Conditions of which all must hold, and that one reading of a dataset answers together.

Two cases are worth it, for they never read more than before: windows that differ only in how far they look back
("fewer than 3 in 7 days, fewer than 8 in 30"), and a measure that the relation of another condition joins anyway
("had 50,000 then, and lost half of it since").
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from huiqun.audiences.rules import conditions
from huiqun.foundation.fields import Measure

CUSTOMER = "customer_id"
_SUMMED = (exp.Count, exp.Sum)


@dataclass(frozen=True, kw_only=True)
class Among:
    """Customers of ``relation`` whose value meets ``condition`` of it, or everybody but those.

    ``nothing`` says that the condition is not met by the value of no rows at all.
    """

    relation: Measure | exp.Select
    condition: Callable[[exp.Expr], exp.Expr]
    are_in: bool
    nothing: bool


@dataclass(frozen=True, kw_only=True)
class Fused:
    """``customers`` are those of all the conditions of ``parts``, or those left out by any of them."""

    parts: tuple[Among, ...]
    customers: exp.Select

    @property
    def are_in(self) -> bool:
        return self.parts[0].are_in


def fused(parts: Sequence[Among]) -> list[Fused]:
    """What of ``parts``, which are all to hold, can be asked together."""
    found, left = _windows(parts)
    return [*found, *_joined(left)]


def _windows(parts: Sequence[Among]) -> tuple[list[Fused], list[Among]]:
    read = Counter(part.relation.dataset for part in parts if isinstance(part.relation, Measure))
    alike: dict[tuple[object, ...], list[Among]] = {}
    for part in parts:
        several = isinstance(part.relation, Measure) and read[part.relation.dataset] > 1
        alike.setdefault((several and _but_for_the_window(part)) or (id(part),), []).append(part)
    together = [tuple(group) for group in alike.values() if len(group) > 1]
    left = [group[0] for group in alike.values() if len(group) == 1]
    return [Fused(parts=group, customers=_one_reading(group)) for group in together], left


def _but_for_the_window(part: Among) -> tuple[object, ...] | None:
    """What two measures of one dataset have in common when only the day from which they count differs."""
    relation = part.relation
    if not isinstance(relation, Measure) or not part.nothing or not isinstance(relation.value, _SUMMED):
        return None
    if relation.value.find(exp.Distinct) or len(_from_days(relation)) != 1:
        return None
    others = frozenset(_sql(each) for each in _flat(relation) if not _from_day(each))
    return relation.dataset, part.are_in, others


def _one_reading(parts: Sequence[Among]) -> exp.Select:
    measures = [part.relation for part in parts if isinstance(part.relation, Measure)]
    starts = [_from_days(measure)[0] for measure in measures]
    first = min(starts, key=_start)
    asked = [
        part.condition(measure.value.copy() if start == first else _filtered(measure.value, start))
        for part, measure, start in zip(parts, measures, starts, strict=True)
    ]
    met = exp.and_(*asked) if parts[0].are_in else exp.or_(*asked)
    rows = replace(measures[0], where=(first, *(each for each in _flat(measures[0]) if not _from_day(each))))
    query = rows.query().having(met)
    query.set("expressions", [exp.column(CUSTOMER, quoted=True)])
    return query


def _joined(parts: Sequence[Among]) -> list[Fused]:
    """A measure whose query is one of those that another relation joins: its condition is asked there."""
    found, left = list[Fused](), list(parts)
    for host in parts:
        if not isinstance(host.relation, exp.Select) or not host.are_in:
            continue
        guests = [
            (each, alias)
            for each in left
            if isinstance(each.relation, Measure)
            and each.are_in
            and (alias := _alias_in(host.relation, each.relation))
        ]
        if not guests:
            continue
        query = host.relation.copy()
        value = query.expressions[1].unalias()
        query.where(host.condition(value.copy()), copy=False)
        for guest, alias in guests:
            query.where(guest.condition(exp.column("value", table=alias, quoted=True)), copy=False)
            left.remove(guest)
        query.set("expressions", [query.expressions[0]])
        found.append(Fused(parts=(host, *(guest for guest, _alias in guests)), customers=query))
    return found


def _alias_in(relation: exp.Select, measure: Measure) -> str:
    """Under which name ``relation`` joins the measure; "" when it does not. Aggregates over the join would
    see other rows than it has."""
    if relation.args.get("group") or len(relation.expressions) != 2 or relation.args.get("with_"):
        return ""
    wanted = _sql(measure.query())
    source = relation.args.get("from_")
    joined = [source.this if source else None, *(join.this for join in relation.args.get("joins") or ())]
    for each in joined:
        if isinstance(each, exp.Subquery) and _sql(each.this) == wanted:
            return str(each.alias)
    return ""


def _from_days(measure: Measure) -> list[exp.Expr]:
    return [part for part in _flat(measure) if _from_day(part)]


def _from_day(part: exp.Expr) -> bool:
    return not isinstance(part, exp.EQ) and conditions.first_day(part) != ""


def _start(part: exp.Expr) -> tuple[str, bool]:
    """``dt >= day`` begins before ``dt > day``."""
    return conditions.first_day(part), isinstance(part, exp.GT)


def _flat(measure: Measure) -> list[exp.Expr]:
    return [part for each in measure.where for part in conditions.parts(each)]


def _filtered(value: exp.Expr, condition: exp.Expr) -> exp.Filter:
    return exp.Filter(this=value.copy(), expression=exp.Where(this=condition.copy()))


def _sql(query: exp.Expr) -> str:
    return query.sql(dialect="duckdb", identify=True)
