"""Cuts a reading into clauses, and marks what a denial reaches."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from huiqun.compliance.rulebook.codes import STATEMENT_END, signs_of

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LONGEST = 60
"""What has no comma for very long is cut all the same."""
_REACH = 9
_DENIAL = re.compile(
    r"不(?<![有特个分级]不)(?![仅但只光管论愁止少过断同错妨得如])|没(?<![有特个分级]没)(?!问题|关系|得说|准|话说)"
    r"|未(?<![有特个分级]未)(?!来|成年|必)|并(?<![有特个分级]并)非|绝(?<![有特个分级]绝)非|而(?<![有特个分级]而)非"
    r"|非(?<![有特个分级]非)(?![常凡银法])|无(?<![有特个分级]无)(?![忧论人限])|勿(?<![有特个分级]勿)"
    r"|严(?<![有特个分级]严)禁|禁(?<![有特个分级]禁)止|拒(?<![有特个分级]拒)绝|杜(?<![有特个分级]杜)绝"
    r"|别(?<![有特个分级]别)(?![家处的人墅致])|免(?<![有特个分级]免)(?![费息年单])"
)
"""Each alternative begins with its own character: that is what the expression is quickly looked for by."""


class Clauses(NamedTuple):
    """Where clauses begin and end, and the number of the statement that each is in."""

    starts: Ints
    ends: Ints
    statements: Ints
    of: Ints
    """For each character, the clause it is in, or the one before it."""
    denied: Flags
    """For each character, whether a denial in its clause stands shortly before it."""


def clauses_of(text: str) -> Clauses:
    signs = signs_of(text)
    said = np.zeros(len(text) + 2, dtype=np.bool_)
    said[1:-1] = signs == 0
    turns = (said[1:] != said[:-1]).nonzero()[0]
    starts, ends = _cut(turns[::2], turns[1::2])
    statements = (signs & STATEMENT_END != 0).cumsum()[starts]
    begins = np.zeros(len(text), dtype=np.int64)
    begins[starts] = 1
    return Clauses(starts, ends, statements, begins.cumsum() - 1, _denied(text, ends))


def _cut(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    lengths = ends - starts
    if not len(lengths) or lengths.max() <= _LONGEST:
        return starts, ends
    pieces = -(-lengths // _LONGEST)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.repeat(starts, pieces) + number * _LONGEST
    return starts, np.minimum(starts + _LONGEST, np.repeat(ends, pieces))


def has_denial(text: str, start: int, end: int) -> bool:
    return _DENIAL.search(text, start, end) is not None


def _denied(text: str, ends: Ints) -> Flags:
    marked = np.zeros(len(text) + 1, dtype=np.bool_)
    said = [match.end() for match in _DENIAL.finditer(text)]
    if said and len(ends):
        after = np.searchsorted(ends, said)
        stops = np.where(after < len(ends), ends[np.minimum(after, len(ends) - 1)], len(text))
        for at, stop in zip(said, stops.tolist(), strict=True):
            marked[at : min(stop, at + _REACH)] = True
    return marked
