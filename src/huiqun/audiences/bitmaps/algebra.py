"""A rule over the bitmaps of its conditions: and, or, and not."""

from collections.abc import Callable

from pyroaring import BitMap

from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node

Of = Callable[[Leaf], BitMap]


def combined(node: Node, of: Of, everybody: BitMap) -> BitMap:
    """A bitmap of its own. ``everybody`` is what a negation is the rest of."""
    if isinstance(node, Leaf):
        return BitMap(of(node))
    if isinstance(node, Negation):
        return everybody - _part(node.item, of, everybody)
    return _all(node, of, everybody) if node.every else _any(node, of, everybody)


def without(node: Node, left_out: Callable[[Leaf], bool]) -> Node | None:
    """The rule as if those conditions had never been written; None when nothing is left of it."""
    if isinstance(node, Leaf):
        return None if left_out(node) else node
    if isinstance(node, Negation):
        item = without(node.item, left_out)
        return None if item is None else Negation(path=node.path, item=item)
    if not node.items:
        return node
    items = [rest for item in node.items if (rest := without(item, left_out)) is not None]
    return Group(path=node.path, every=node.every, items=tuple(items)) if items else None


def _part(node: Node, of: Of, everybody: BitMap) -> BitMap:
    """As ``combined``, but what comes back may be somebody else's and is only to be read."""
    return of(node) if isinstance(node, Leaf) else combined(node, of, everybody)


def _all(group: Group, of: Of, everybody: BitMap) -> BitMap:
    """The smallest first, so that every step has little to do; what is negated is taken away at the end."""
    wanted, unwanted = [], []
    for item in group.items:
        if isinstance(item, Negation):
            unwanted.append(_part(item.item, of, everybody))
        else:
            wanted.append(_part(item, of, everybody))
    wanted.sort(key=len)
    found = BitMap(wanted[0] if wanted else everybody)
    for each in wanted[1:]:
        found &= each
    for each in unwanted:
        found -= each
    return found


def _any(group: Group, of: Of, everybody: BitMap) -> BitMap:
    return BitMap.union(*(_part(item, of, everybody) for item in group.items))
