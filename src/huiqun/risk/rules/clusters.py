"""Groups of customers who hang together: by what they share, and by who brought whom in a circle."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

LEAST_MEMBERS = 3
MOST_SHARERS = 50
"""A key that more customers share is a place (a branch's network, a school), not a ring."""


@dataclass(frozen=True)
class Cluster:
    """``shared`` counts the keys that at least two of its members share, ``density`` the pairs that share one,
    out of all pairs."""

    members: frozenset[int]
    shared: int
    density: float


def groups(pairs: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """Connected components, by joining the smaller to the larger."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        a, b = root(one), root(other)
        if a != b:
            parent[max(a, b)] = min(a, b)
    found: dict[int, set[int]] = defaultdict(set)
    for node in list(parent):
        found[root(node)].add(node)
    return [frozenset(members) for _root, members in sorted(found.items())]


def clusters(sharers: Mapping[Hashable, Iterable[int]]) -> list[Cluster]:
    """From keys (a device, a payee account) to who has them: the groups that hang together closely enough.

    Half of all pairs must share a key themselves: chains of chance meetings (A with B, B with C) are no ring.
    """
    kept = [set(who) for who in sharers.values()]
    kept = [who for who in kept if 2 <= len(who) <= MOST_SHARERS]
    pairs = {tuple(sorted((one, other))) for who in kept for one in who for other in who if one < other}
    found = []
    for members in groups((one, other) for one, other in pairs):
        if len(members) < LEAST_MEMBERS:
            continue
        inside = sum(one in members for one, _other in pairs)
        density = inside / (len(members) * (len(members) - 1) / 2)
        if density >= 0.5:
            found.append(Cluster(members, sum(bool(who & members) for who in kept), round(density, 3)))
    return found


def circles(brought: Mapping[int, int]) -> Iterator[frozenset[int]]:
    """``brought`` is from a customer to the one who brought them: everybody who is in a circle, each circle once."""
    state: dict[int, int] = {}
    for start in brought:
        path: list[int] = []
        node: int | None = start
        while node is not None and node not in state:
            state[node] = start
            path.append(node)
            node = brought.get(node)
        if node is not None and state.get(node) == start and node in path:
            yield frozenset(path[path.index(node) :])
