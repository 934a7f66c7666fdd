"""One proof for some rows of a batch: the hashes beside them, and the same root."""

from itertools import combinations

import pytest

from huiqun.lib.merkle import leaf_hash, proof, root, root_from, siblings


@pytest.mark.parametrize("size", range(1, 9))
def test_any_rows_and_their_siblings_give_the_root(size: int) -> None:
    rows = [f"row-{place}".encode() for place in range(size)]
    hashes = [leaf_hash(row) for row in rows]
    for count in range(size + 1):
        for indexes in combinations(range(size), count):
            beside = siblings(hashes, indexes)
            chosen = {index: rows[index] for index in indexes}
            assert root_from(chosen, size, beside) == root(rows), indexes
            assert len(beside) <= max(1, count * size.bit_length())


def test_one_row_needs_what_its_own_proof_holds() -> None:
    rows = [f"row-{place}".encode() for place in range(11)]
    for index in range(11):
        beside = siblings([leaf_hash(row) for row in rows], [index])
        assert sorted(beside) == sorted(proof(rows, index))


def test_refuses_what_does_not_fit() -> None:
    rows = [b"a", b"b", b"c"]
    beside = siblings([leaf_hash(row) for row in rows], [1])
    assert root_from({1: b"b"}, 3, beside) == root(rows)
    assert root_from({1: b"x"}, 3, beside) != root(rows)
    assert root_from({1: b"b"}, 3, beside[:1]) is None
    assert root_from({1: b"b"}, 3, [*beside, b""]) is None
    assert root_from({3: b"b"}, 3, beside) is None
    assert root_from({}, 0, []) is None
