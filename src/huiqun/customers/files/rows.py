"""A mapping set against a file's header: turns each record into a row, or says what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from huiqun.customers.files.mapping import ConsentSource, FileMapping, Source
from huiqun.customers.files.problems import BadValue, Problem
from huiqun.customers.files.values import (
    CONSENT_PARSERS,
    EMPTY,
    PARSERS,
    PAST,
    SURROGATE,
    TRANSFORMS,
    Parse,
    attribute,
    branch_code,
)
from huiqun.customers.rules import ColumnsMissing, ColumnTwice, ConsentState

CONSENT_FIELDS = ("channel", "purpose", "state", "text_version", "source", "at")
Record = Sequence[str | None]
Read = Callable[[Record], str | None]


@dataclass(slots=True)
class Answer:
    """A consent as a file tells it."""

    channel: str
    purpose: str
    state: str
    text_version: str
    source: str
    at: datetime


@dataclass(slots=True)
class Row:
    line: int
    number: str
    branch: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)


class Unmapped(BadValue):
    def __init__(self) -> None:
        super().__init__("unmapped")


@dataclass(frozen=True)
class _Field:
    name: str
    column: str
    read: Read
    parse: Parse
    needed: bool = False


class RowReader:
    """``delivered`` names the fields this file speaks about; others are left as they are stored."""

    def __init__(self, mapping: FileMapping, header: Sequence[str], *, today: date) -> None:
        self._mapping = mapping
        self._today = today
        self._encoding = mapping.encoding.removesuffix("-sig").upper()
        self._places = _places(mapping, header)
        self._width = len(header)
        parsers = PARSERS if mapping.kind == "customers" else CONSENT_PARSERS
        self._empty = EMPTY if mapping.kind == "customers" else {"text_version": ""}
        needed = {"number"} if mapping.kind == "customers" else set(CONSENT_PARSERS) - {"text_version"}
        self._fields = [
            self._field(name, source, parsers[name], needed=name in needed)
            for name, source in mapping.fields.items()
            if self._has(source)
        ]
        self._attributes = [
            self._field(name, source, attribute)
            for name, source in mapping.attributes.items()
            if self._has(source)
        ]
        self._branch = (
            self._field("branch", mapping.branch, branch_code, needed=True) if mapping.branch else None
        )
        self._consents = [self._consent(source) for source in mapping.consents if self._has(source.answer)]
        self.delivered = tuple(part.name for part in self._fields if part.name != "number")

    def row(self, record: Record, *, line: int, ordinal: int) -> Row | list[Problem]:
        """``line`` is where the record begins in the file; ``ordinal`` counts data rows from 1."""
        problems: list[Problem] = []
        if len(record) != self._width:
            return [Problem("", "", "fields", {"found": len(record), "expected": self._width})]
        row = Row(line=line, number=str(ordinal) if self._mapping.numbered_by_line else "")
        for part in self._fields:
            value = self._value(part, record, problems)
            if part.name == "number":
                row.number = value
            else:
                row.values[part.name] = self._empty.get(part.name) if value is None else value
        for part in self._attributes:
            if (value := self._value(part, record, problems)) is not None:
                row.attributes[part.name] = value
        if self._branch:
            row.branch = self._value(self._branch, record, problems)
        for read in self._consents:
            read(record, row, problems)
        if self._mapping.kind == "consents" and not problems:
            row.answers = [Answer(**{name: row.values[name] for name in CONSENT_FIELDS})]
        return problems or row

    def column_of(self, field: str) -> str:
        """The column from which a field comes, for refusals found later."""
        if field == "branch" and self._mapping.branch:
            return self._mapping.branch.column
        source = self._mapping.fields.get(field)
        return source.column if source else ""

    def _has(self, source: Source) -> bool:
        return source.constant is not None or source.column in self._places

    def _field(self, name: str, source: Source, parse: Parse, *, needed: bool = False) -> _Field:
        return _Field(name, source.column, _reader(source, self._places, self._encoding), parse, needed)

    def _value(self, part: _Field, record: Record, problems: list[Problem]) -> Any:
        try:
            text = part.read(record)
            if text is None:
                if part.needed:
                    raise BadValue("missing")
                return None
            value = part.parse(text)
            if part.name in PAST and value > self._today:
                raise BadValue("date_future")
            return value
        except BadValue as bad:
            problems.append(self._problem(part, record, bad))
            return None

    def _problem(self, part: _Field, record: Record, bad: BadValue) -> Problem:
        place = self._places.get(part.column)
        seen = (record[place] or "") if place is not None else ""
        return Problem(part.column or part.name, shown(part.name, seen, bad.code), bad.code, bad.values)

    def _consent(self, source: ConsentSource) -> Callable[[Record, Row, list[Problem]], None]:
        answer = self._field("state", source.answer, lambda text: text)
        at, version, origin = (
            self._field(name, part, CONSENT_PARSERS[name], needed=name != "text_version")
            for name, part in (
                ("at", source.at),
                ("text_version", source.text_version),
                ("source", source.source),
            )
        )

        def read(record: Record, row: Row, problems: list[Problem]) -> None:
            word = self._value(answer, record, problems)
            if word is None:
                return
            if word not in source.given and word not in source.withdrawn:
                problems.append(self._problem(answer, record, Unmapped()))
                return
            state = ConsentState.GIVEN if word in source.given else ConsentState.WITHDRAWN
            moment, text, told = (self._value(part, record, problems) for part in (at, version, origin))
            if not problems:
                row.answers.append(Answer(source.channel, source.purpose, state, text or "", told, moment))

        return read


PLAIN_FIELDS = frozenset(PARSERS) - {
    "name",
    "id_number",
    "card_number",
    "phone",
    "email",
    "openid",
    "address",
} | {
    "branch",
    "channel",
    "purpose",
    "state",
    "text_version",
    "at",
}


def shown(field: str, text: str, code: str) -> str:
    """A refused value as the refusal may keep it: personal ones keep their ends only."""
    text = SURROGATE.sub("�", text)[:100]
    if field in PLAIN_FIELDS and code != "identifier":
        return text
    if len(text) < 4:
        return "*" * len(text)
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"


def _reader(source: Source, places: Mapping[str, int], encoding: str) -> Read:
    """The text of one field, trimmed, transformed and translated; None for null."""
    if source.constant is not None:
        constant = source.constant
        return lambda record: constant
    place, nulls, values = places[source.column], source.nulls, source.values
    steps = [TRANSFORMS[name] for name in source.transforms]

    def read(record: Record) -> str | None:
        text = record[place]
        if text is None:
            return None
        text = text.strip()
        if text in nulls:
            return None
        if not text.isascii() and SURROGATE.search(text):
            raise BadValue("encoding", encoding=encoding)
        for step in steps:
            text = step(text)
        if values is not None:
            return _translated(text, values, source.otherwise)
        return text or None

    return read


def _translated(text: str, values: Mapping[str, str], otherwise: str) -> str | None:
    if text in values:
        return values[text] or None
    if otherwise == "refuse":
        raise Unmapped
    return text if otherwise == "keep" else None


def _places(mapping: FileMapping, header: Sequence[str]) -> dict[str, int]:
    """:raises ColumnsMissing, ColumnTwice"""
    named = {source.column for source in mapping.sources() if source.column}
    for column in named:
        if list(header).count(column) > 1:
            raise ColumnTwice(column=column)
    optional = {source.column for source in mapping.sources() if source.optional}
    if missing := sorted(named - set(header) - optional):
        raise ColumnsMissing(columns=", ".join(missing), present=", ".join(header)[:300])
    return {column: place for place, column in enumerate(header) if column in named}
