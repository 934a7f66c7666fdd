"""Sentences that are tried against the whole book, kept as plain text beside the tests."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent
_HEAD = re.compile(
    r"(?P<rule>[A-Z]+-\d\d) (?P<kind>\w+) (?P<risk>\d|\\N) \| ?(?P<before>[^|]*)\|(?P<after>.*)"
)
_CODE = re.compile("<([0-9a-f]{1,4})>")


class Disguise(NamedTuple):
    rule: str
    kind: str
    risk: int | None
    before: str
    written: str
    after: str


def rows(name: str) -> Iterator[list[str]]:
    for line in _lines(name):
        yield [cell.replace("\\n", "\n") if cell != "\\N" else cell for cell in line.split("\t")]


def risk_of(cell: str) -> int | None:
    return None if cell == "\\N" else int(cell)


def disguises() -> Iterator[Disguise]:
    head = None
    for line in _lines("disguised.txt"):
        if match := _HEAD.fullmatch(line):
            head = match
            continue
        assert head, line
        written = _CODE.sub(lambda code: chr(int(code[1], 16)), line)
        risk = risk_of(head["risk"])
        yield Disguise(head["rule"], head["kind"], risk, head["before"].strip(), written, head["after"])


def _lines(name: str) -> Iterator[str]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line
