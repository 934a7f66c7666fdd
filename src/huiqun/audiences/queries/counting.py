"""How many, and who for instance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from django.utils.translation import gettext
from sqlglot import exp

from huiqun.audiences import rules
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation import lake
from huiqun.foundation.models import Staff
from huiqun.lib import allocation


@dataclass(frozen=True, kw_only=True)
class Missing:
    """For ``n`` customers in scope the field is unknown."""

    field: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """``n`` of ``total`` customers in scope, counted in ``ms`` milliseconds."""

    n: int
    total: int
    ms: int
    missing: tuple[Missing, ...] = ()

    @property
    def share(self) -> float | None:
        return self.n / self.total if self.total else None


@dataclass(frozen=True, kw_only=True)
class Sample:
    cards: tuple[CustomerCard, ...]
    ms: int


def count(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> Count:
    """How many customers of ``branch_ids`` (None: the whole bank) the rule chooses. :raises RuleInvalid"""
    node = rules.parse(rule)
    chosen = rules.compile_rule(node, today=today, branch_ids=branch_ids)
    started = perf_counter()
    with lake.connect() as connection:
        (n,) = _row(connection, _count_of(chosen))
        ms = _since(started)
        everybody = rules.compile_rule(rules.parse({"all": []}), today=today, branch_ids=branch_ids)
        (total,) = _row(connection, _count_of(everybody))
        unknown = rules.compile_missing(node, today=today, branch_ids=branch_ids)
        numbers = _row(connection, unknown) if unknown is not None else ()
    names = [rules.field_words(leaf, gettext) for leaf in rules.fields_that_can_be_missing(node)]
    missing = tuple(Missing(field=name, n=each) for name, each in zip(names, numbers, strict=True) if each)
    return Count(n=n, total=total, ms=ms, missing=missing)


def sample(
    *, rule: Any, branch_ids: Sequence[int] | None, today: date, staff: Staff, limit: int = 10
) -> Sample:
    """Some of the chosen, masked, the same on one day. :raises RuleInvalid"""
    chosen = rules.compile_rule(rules.parse(rule), today=today, branch_ids=branch_ids)
    order = allocation.bucket_sql('"customer_id"', f"sample:{today.isoformat()}")
    started = perf_counter()
    with lake.connect() as connection:
        ids = connection.execute(
            f"SELECT customer_id FROM ({rules.sql_text(chosen)}) ORDER BY {order}, customer_id LIMIT ?",
            [limit],
        ).fetchall()
    cards = customers.customer_cards(ids=[row[0] for row in ids], staff=staff)
    return Sample(cards=tuple(cards), ms=_since(started))


def sql(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> str:
    """What is run, for analysts. :raises RuleInvalid"""
    return rules.sql_text(
        rules.compile_rule(rules.parse(rule), today=today, branch_ids=branch_ids), pretty=True
    )


def _count_of(query: exp.Select) -> exp.Select:
    return exp.select(exp.Count(this=exp.Star())).from_(query.subquery("chosen"))


def _row(connection: Any, query: exp.Expr) -> tuple[int, ...]:
    row: tuple[int, ...] = connection.execute(rules.sql_text(query)).fetchall()[0]
    return row


def _since(started: float) -> int:
    return round((perf_counter() - started) * 1000)
