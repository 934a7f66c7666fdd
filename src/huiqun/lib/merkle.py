"""Merkle trees as in RFC 6962: leaves and nodes are hashed with different prefixes,
so that a node can never be passed off as a leaf."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(row: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + row).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over the rows' bytes in order, in one pass and logarithmic memory."""
    peaks: list[tuple[int, bytes]] = []
    for row in leaves:
        size, node = 1, leaf_hash(row)
        while peaks and peaks[-1][0] == size:
            node = node_hash(peaks.pop()[1], node)
            size *= 2
        peaks.append((size, node))
    if not peaks:
        return EMPTY_ROOT
    node = peaks.pop()[1]
    while peaks:
        node = node_hash(peaks.pop()[1], node)
    return node


def _root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(_root_of_hashes(hashes[:k]), _root_of_hashes(hashes[k:]))


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes that lead from one row to the root. :raises IndexError"""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    return _path([leaf_hash(row) for row in leaves], index)


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*_path(hashes[:k], index), _root_of_hashes(hashes[k:])]
    return [*_path(hashes[k:], index - k), _root_of_hashes(hashes[:k])]


def siblings(hashes: Sequence[bytes], indexes: Sequence[int]) -> list[bytes]:
    """What is needed beside the rows at ``indexes`` (ascending) to compute the root: the hash of every
    largest subtree that holds none of them, from left to right. One proof for all, without repetition."""
    if not indexes:
        return [_root_of_hashes(hashes)]
    if len(indexes) == len(hashes):
        return []
    k = _split(len(hashes))
    left = [index for index in indexes if index < k]
    right = [index - k for index in indexes if index >= k]
    return siblings(hashes[:k], left) + siblings(hashes[k:], right)


def root_from(rows: Mapping[int, bytes], size: int, beside: Sequence[bytes]) -> bytes | None:
    """The root that ``rows`` by index among ``size`` give with their siblings; None when they do not fit."""
    indexes, rest = sorted(rows), iter(beside)
    if size < 1 or (indexes and not 0 <= indexes[0] <= indexes[-1] < size):
        return None
    try:
        found = _fold([(index, leaf_hash(rows[index])) for index in indexes], 0, size, rest)
    except StopIteration:
        return None
    return found if next(rest, None) is None else None


def _fold(leaves: Sequence[tuple[int, bytes]], start: int, size: int, rest: Iterator[bytes]) -> bytes:
    if not leaves:
        return next(rest)
    if size == 1:
        return leaves[0][1]
    k = _split(size)
    left = [leaf for leaf in leaves if leaf[0] < start + k]
    right = leaves[len(left) :]
    return node_hash(_fold(left, start, k, rest), _fold(right, start + k, size - k, rest))


def verify(row: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether ``row`` stands at ``index`` of the ``size`` rows under ``expected_root``."""
    try:
        return _climb(leaf_hash(row), index, size, list(path)) == expected_root
    except IndexError:
        return False


def _climb(node: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    if size == 1:
        if path or index:
            raise IndexError("the path does not fit the tree")
        return node
    k = _split(size)
    sibling = path.pop()
    if index < k:
        return node_hash(_climb(node, index, k, path), sibling)
    return node_hash(sibling, _climb(node, index - k, size - k, path))
