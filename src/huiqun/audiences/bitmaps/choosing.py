"""Whom a rule chooses, out of the bitmaps of its conditions."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pyroaring import BitMap

from huiqun.audiences.bitmaps.algebra import combined
from huiqun.audiences.bitmaps.answers import answer
from huiqun.audiences.bitmaps.asked import Asked, digest
from huiqun.audiences.engine import Scope
from huiqun.audiences.rules.tree import Leaf, Node, leaves


def chosen(node: Node, scope: Scope) -> BitMap:
    """The rule's customers among those of the scope's branches, as a bitmap of one's own.

    :raises TooHeavy, Busy
    """
    of = leaf_bitmaps(node, scope)
    found = combined(node, of, everybody(replace(scope, branch_ids=None)))
    return found if scope.branch_ids is None else found & everybody(scope)


def everybody(scope: Scope) -> BitMap:
    """Every customer of the scope's branches. Not to be changed."""
    return answer([Asked(branch_ids=scope.branch_ids)], scope)[0]


def leaf_bitmaps(node: Node, scope: Scope) -> Callable[[Leaf], BitMap]:
    """From a condition of the rule to who meets it, in the whole bank. Not to be changed."""
    each = list(leaves(node))
    found: Mapping[int, BitMap] = {
        id(leaf): bitmap
        for leaf, bitmap in zip(each, answer([Asked(leaf=leaf) for leaf in each], scope), strict=True)
    }
    return lambda leaf: found[id(leaf)]


def stamp(node: Node, scope: Scope) -> str:
    """What decides who is chosen, beside the shape of the rule: as long as it is the same, so are they."""
    asked = [Asked(leaf=leaf) for leaf in leaves(node)]
    references = {one.reference for one in asked} - {""}
    return digest(
        *(one.key(scope) for one in asked if not one.reference),
        Asked().key(scope),
        Asked(branch_ids=scope.branch_ids).key(scope),
        *(digest(name, scope.sides[name].serialize().hex()) for name in sorted(references)),
    )
