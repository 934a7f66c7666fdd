"""How many, and who for instance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np
from django.utils.translation import gettext
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.bitmaps import Asked, background, samples
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.ids import array_of
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.rules.tree import Leaf, Node, leaves
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation.models import Staff
from huiqun.lib import allocation
from huiqun.lib.refusal import Refusal

PATIENCE = 0.2
"""Seconds that a person waits for the exact number before an estimate is shown."""
LARGE = 1_000_000
"""From so many customers on an exact number takes longer than that: the estimate is worked out first, before the
other work takes the cores."""


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
class Counting:
    """As far as it is known. ``n`` is an estimate between ``low`` and ``high`` (95 %) until it is ``exact``, and
    None while nothing can be said. ``pending`` conditions are being worked out: ask again until there are none,
    or ``refusal`` says why there is no number."""

    n: int | None
    total: int
    ms: int
    exact: bool
    low: int | None = None
    high: int | None = None
    missing: tuple[Missing, ...] = ()
    pending: int = 0
    refusal: Refusal | None = None

    @property
    def share(self) -> float | None:
        return self.n / self.total if self.total and self.n is not None else None

    @property
    def margin(self) -> int | None:
        """± around ``n``, the larger of both sides."""
        if self.n is None or self.low is None or self.high is None:
            return None
        return max(self.n - self.low, self.high - self.n)


@dataclass(frozen=True, kw_only=True)
class Sample:
    cards: tuple[CustomerCard, ...]
    ms: int


def count(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> Count:
    """How many customers of ``branch_ids`` (None: the whole bank) the rule chooses; waits for the exact number.

    :raises RuleInvalid, TooHeavy, Busy
    """
    node = rules.parse(rule)
    started = perf_counter()
    scope = scope_of(node, today=today, branch_ids=branch_ids)
    n = len(bitmaps.chosen(node, scope))
    ms = _since(started)
    found = bitmaps.answer(_unknowns(node), scope)
    return Count(n=n, total=len(bitmaps.everybody(scope)), ms=ms, missing=_missing(node, found, scope))


def counting(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> Counting:
    """The same while somebody is writing the rule: answers at once, with an estimate where conditions have to be
    worked out from the lake first. That goes on meanwhile, so that asking again ends in the exact number.

    :raises RuleInvalid, TooHeavy, Busy
    """
    node = rules.parse(rule)
    started = perf_counter()
    scope = scope_of(node, today=today, branch_ids=branch_ids)
    everybody = bitmaps.everybody(scope)
    asked = [Asked(leaf=leaf) for leaf in leaves(node)]
    questions = [*asked, *_unknowns(node)]
    found, work, near, total = bitmaps.ready(questions, scope), None, None, len(everybody)
    if open_ := [one for one, each in zip(questions, found, strict=True) if each is None]:
        if total >= LARGE and any(each is None for each in found[: len(asked)]):
            near = samples.estimate(node, scope, total)
        work = background.begin(_together(open_, scope), lambda: _work_out(open_, scope))
        work.wait(max(0.0, PATIENCE - (perf_counter() - started)))
        found = bitmaps.ready(questions, scope)
    pending = sum(each is None for each in found)
    if all(each is not None for each in found[: len(asked)]):
        n = len(bitmaps.chosen(node, scope))
        missing = _missing(node, found[len(asked) :], scope)
        ms = _since(started)
        return Counting(n=n, low=n, high=n, total=total, exact=True, missing=missing, pending=pending, ms=ms)
    refusal = work.refusal if work is not None else None
    near = None if refusal else near or samples.estimate(node, scope, total)
    return Counting(
        n=near.n if near else None,
        low=near.low if near else None,
        high=near.high if near else None,
        total=total,
        exact=False,
        pending=pending,
        refusal=refusal,
        ms=_since(started),
    )


def sample(
    *, rule: Any, branch_ids: Sequence[int] | None, today: date, staff: Staff, limit: int = 10
) -> Sample:
    """Some of the chosen, masked, the same on one day. :raises RuleInvalid, TooHeavy, Busy"""
    node = rules.parse(rule)
    started = perf_counter()
    members = bitmaps.chosen(node, scope_of(node, today=today, branch_ids=branch_ids))
    cards = customers.customer_cards(ids=some_of(members, f"sample:{today.isoformat()}", limit), staff=staff)
    return Sample(cards=tuple(cards), ms=_since(started))


def some_of(members: BitMap, key: str, limit: int) -> list[int]:
    """``limit`` of them as if drawn by lot, the same for one key."""
    ids = array_of(members)
    order = allocation.buckets(ids, key).astype(np.int64) << 32 | ids
    first = np.partition(order, limit)[:limit] if limit < len(order) else order
    return [int(each) & 0xFFFFFFFF for each in np.sort(first)]


def sql(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> str:
    """The rule as one query, for analysts. :raises RuleInvalid"""
    node = rules.parse(rule)
    return engine().sql(node, scope_of(node, today=today, branch_ids=branch_ids))


def _unknowns(node: Node) -> list[Asked]:
    """For each field that may be unknown, who it is unknown for."""
    return [Asked(leaf=_is_missing(leaf)) for leaf in rules.fields_that_can_be_missing(node)]


def _is_missing(leaf: Leaf) -> Leaf:
    return replace(leaf, operator="is_missing", value=None, include_missing=False)


def _missing(node: Node, found: Sequence[BitMap | None], scope: Scope) -> tuple[Missing, ...]:
    """In the reader's language; what is not known yet is left out."""
    everybody = bitmaps.everybody(scope)
    numbers = [0 if each is None else each.intersection_cardinality(everybody) for each in found]
    names = [rules.field_words(leaf, gettext) for leaf in rules.fields_that_can_be_missing(node)]
    return tuple(Missing(field=name, n=n) for name, n in zip(names, numbers, strict=True) if n)


def _together(asked: Sequence[Asked], scope: Scope) -> str:
    return " ".join(sorted(one.key(scope) for one in asked))


def _work_out(asked: Sequence[Asked], scope: Scope) -> None:
    """One after the other, so that each is there for whoever asks as soon as it can be."""
    for one in asked:
        bitmaps.answer([one], scope)


def _since(started: float) -> int:
    return round((perf_counter() - started) * 1000)
