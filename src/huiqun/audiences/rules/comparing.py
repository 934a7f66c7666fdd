"""What changed between two versions of a rule, line by line."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DiffLine:
    change: Literal["same", "added", "removed"]
    depth: int
    words: str


def diff(old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> list[DiffLine]:
    """Lines of two outlines: kept, removed, added, in reading order."""
    lines = []
    for tag, first, last, start, end in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [DiffLine("same", *line) for line in new[start:end]]
        else:
            lines += [DiffLine("removed", *line) for line in old[first:last]]
            lines += [DiffLine("added", *line) for line in new[start:end]]
    return lines
