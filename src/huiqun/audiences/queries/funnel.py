"""What each condition of a rule does: in reading order, and on its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.queries.words import named
from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node, leaves

Of = Callable[[Leaf], BitMap]


@dataclass(frozen=True, kw_only=True)
class FunnelStep:
    """``alone`` meet this condition, whatever else. ``left`` are chosen by the rule read up to here; ``removed`` is
    what that took away (below zero where an alternative lets more in). Without this condition alone ``missed``
    customers would be chosen as well, and ``lost`` would not be."""

    path: str
    words: str
    alone: int
    left: int
    removed: int
    missed: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Of ``total`` in scope the whole rule chooses ``n``."""

    total: int
    n: int
    steps: tuple[FunnelStep, ...]


def funnel(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> Funnel:
    """:raises RuleInvalid, TooHeavy, Busy"""
    node = rules.parse(rule)
    scope = scope_of(node, today=today, branch_ids=branch_ids)
    inside = bitmaps.everybody(scope)
    reading = _Reading(node, inside, _within(bitmaps.leaf_bitmaps(node, scope), inside))
    return Funnel(total=len(inside), n=len(reading.whole), steps=reading.steps())


def _within(of: Of, inside: BitMap) -> Of:
    """From a condition to who meets it among those in scope, each intersected once."""
    known: dict[int, BitMap] = {}

    def narrowed(leaf: Leaf) -> BitMap:
        if id(leaf) not in known:
            known[id(leaf)] = of(leaf) & inside
        return known[id(leaf)]

    return narrowed


class _Reading:
    def __init__(self, node: Node, inside: BitMap, of: Of) -> None:
        self.node, self.inside, self.of = node, inside, of
        self.leaves = list(leaves(node))
        self.whole = self._chosen(node)

    def steps(self) -> tuple[FunnelStep, ...]:
        found, before = [], len(self.inside)
        spoken = {path: (words, negated) for path, words, negated in _spoken(named(self.node))}
        for place, leaf in enumerate(self.leaves):
            ahead = {id(each) for each in self.leaves[place + 1 :]}
            left = len(self._chosen(bitmaps.without(self.node, partial(_is_among, ahead))))
            rest = self._chosen(bitmaps.without(self.node, partial(_is_among, {id(leaf)})))
            words, negated = spoken[leaf.path]
            meet = len(self.of(leaf))
            found.append(
                FunnelStep(
                    path=leaf.path,
                    words=words,
                    alone=len(self.inside) - meet if negated else meet,
                    left=left,
                    removed=before - left,
                    missed=rest.difference_cardinality(self.whole),
                    lost=self.whole.difference_cardinality(rest),
                )
            )
            before = left
        return tuple(found)

    def _chosen(self, node: Node | None) -> BitMap:
        return self.inside if node is None else bitmaps.combined(node, self.of, self.inside)


def _is_among(those: set[int], leaf: Leaf) -> bool:
    return id(leaf) in those


def _spoken(node: Node, *, negated: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Each condition's path and words, and whether it stands under a "not", which its words then say."""
    if isinstance(node, Negation):
        yield from _spoken(node.item, negated=not negated)
    elif isinstance(node, Group):
        for item in node.items:
            yield from _spoken(item, negated=negated)
    else:
        said = Negation(path=node.path, item=node) if negated else node
        yield node.path, rules.sentence(said, gettext), negated
