"""Cuts a reading into clauses, and marks what a denial reaches."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_CLAUSE = re.compile(r"([^,。!?;\n]{1,60})([,。!?;\n]*)")
"""What has no comma for very long is cut all the same."""
_ENDS_STATEMENT = re.compile(r"[。!\n]")
_REACH = 9
_DENIAL = re.compile(
    r"(?<![有特个分级])(?:不(?![仅但只光管论愁止少过断同错妨得如])|没(?!问题|关系|得说|准|话说)|未(?!来|成年|必)"
    r"|并非|绝非|而非|非(?![常凡银法])|无(?![忧论人限])|勿|严禁|禁止|拒绝|杜绝|别(?![家处的人墅致])|免(?![费息年单]))"
)


class Clauses(NamedTuple):
    """Where clauses begin and end, and the number of the statement that each is in."""

    starts: Ints
    ends: Ints
    statements: Ints
    denied: Flags
    """For each character, whether a denial in its clause stands shortly before it."""


def clauses_of(text: str) -> Clauses:
    starts, ends, statements = [], [], []
    statement = 0
    for match in _CLAUSE.finditer(text):
        starts.append(match.start(1))
        ends.append(match.end(1))
        statements.append(statement)
        if match[2] and _ENDS_STATEMENT.search(match[2]):
            statement += 1
    return Clauses(_ints(starts), _ints(ends), _ints(statements), _denied(text, starts, ends))


def has_denial(text: str, start: int, end: int) -> bool:
    return _DENIAL.search(text, start, end) is not None


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _denied(text: str, starts: list[int], ends: list[int]) -> Flags:
    marked = np.zeros(len(text) + 1, dtype=np.bool_)
    at = 0
    for match in _DENIAL.finditer(text):
        while at < len(ends) and ends[at] < match.end():
            at += 1
        stop = ends[at] if at < len(ends) else len(text)
        marked[match.end() : min(stop, match.end() + _REACH)] = True
    return marked
