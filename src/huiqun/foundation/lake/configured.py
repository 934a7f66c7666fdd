"""What a bank adds to the lake by configuration: columns of the built-in datasets, and datasets of its own.

Read once, when the program starts. A file that cannot be used stops it, with the line and the reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from huiqun.foundation.lake.configured_sources import SourceReader
from huiqun.foundation.lake.schema import CODE, INSTANT, Column, Dataset
from huiqun.foundation.lake.sources import Source
from huiqun.lib.data_files import BrokenFile, Loader, line_of

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "number": pa.int64(),
    "money": pa.int64(),
    "day": pa.date32(),
    "flag": pa.bool_(),
    "instant": INSTANT,
}
"""What a column holds. Money is whole fen and its name ends in ``_fen``; an instant carries its zone."""

_CUSTOMER = Column(name="customer_id", type=pa.int64(), required=True)
_DT = Column(name="dt", type=pa.date32(), required=True)
KINDS: Mapping[str, tuple[tuple[Column, ...], tuple[str, ...]]] = {
    "state": ((_CUSTOMER,), ()),
    "days": ((_DT, _CUSTOMER), ()),
    "events": (
        (
            Column(name="event_id", type=pa.string(), required=True),
            Column(name="at", type=INSTANT, required=True),
            _DT,
            _CUSTOMER,
            Column(name="kind", type=pa.string(), required=True, pattern=CODE),
        ),
        ("event_id",),
    ),
}
"""A dataset is a state (replaced as a whole), days (each day replaced) or events (added, each once)."""

Place = tuple[str | int, ...]
TOP = {"columns", "datasets", "fields", "kinds_of_events", "sources", "retention"}


@dataclass(frozen=True, kw_only=True)
class Configured:
    """``datasets`` are all there are then; ``labels`` name what was added, by ``dataset`` and
    ``dataset.column``; ``kinds`` is what each added column holds; ``fields`` are declarations that audiences
    read, ``values`` the labels of a column's codes, and ``event_kinds`` those of the bank's own kinds of events by
    dataset; ``retention`` is for how many days a dataset's days are
    kept, and ``sources`` how the bank's systems deliver their files."""

    datasets: Mapping[str, Dataset]
    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    event_kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    retention: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    file: str = ""
    text: str = ""

    def broken(self, reason: str, *at: str | int) -> BrokenFile:
        """A refusal of something in the file, for those who read ``fields``."""
        return BrokenFile(reason, at=at, file=self.file, line=line_of(self.text, at))


def read(path: Path, built_in: Mapping[str, Dataset]) -> Configured:
    """The built-in datasets with what the file adds. :raises BrokenFile"""
    try:
        text = path.read_text("utf-8")
        body = yaml.load(text, Loader=Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(f"the catalogue cannot be read: {error}", file=str(path)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BrokenFile(str(error.problem), file=str(path), line=mark.line + 1 if mark else None) from None
    return _Reading(str(path), text, built_in).configured(body)


class _Reading:
    def __init__(self, file: str, text: str, built_in: Mapping[str, Dataset]) -> None:
        self._file, self._text = file, text
        self._datasets = dict(built_in)
        self._labels: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._values: dict[str, Mapping[str, str]] = {}

    def configured(self, body: Any) -> Configured:
        top = self._map(body, (), TOP)
        for name, columns in self._map(top.get("columns", {}), ("columns",)).items():
            self._more_columns(name, columns)
        for name, dataset in self._map(top.get("datasets", {}), ("datasets",)).items():
            self._dataset(name, dataset)
        deliveries = SourceReader(self._datasets, self._broken)
        return Configured(
            datasets=self._datasets,
            labels=self._labels,
            kinds=self._kinds,
            values=self._values,
            event_kinds=self._event_kinds(top.get("kinds_of_events", {}), ("kinds_of_events",)),
            fields=self._map(top.get("fields", {}), ("fields",)),
            retention=deliveries.retention(top.get("retention", {})),
            sources=deliveries.sources(top.get("sources", {})),
            file=self._file,
            text=self._text,
        )

    def _more_columns(self, name: str, columns: Any) -> None:
        if name not in self._datasets:
            raise self._broken(f"there is no dataset called {name}", "columns", name)
        shape = self._datasets[name]
        added = self._columns(name, columns, ("columns", name), set(shape.names))
        self._datasets[name] = replace(shape, columns=(*shape.columns, *added))

    def _dataset(self, name: str, body: Any) -> None:
        at = ("datasets", name)
        if name in self._datasets:
            raise self._broken(f"there is a dataset called {name} already", *at)
        self._check_name(name, at)
        given = self._map(body, at, {"label", "kind", "key", "columns"})
        if given.get("kind") not in KINDS:
            raise self._broken(f"kind must be one of {', '.join(KINDS)}", *at, "kind")
        columns, key = KINDS[given["kind"]]
        known = {column.name for column in columns}
        added = self._columns(name, given.get("columns", {}), (*at, "columns"), known)
        shape = Dataset(name=name, columns=(*columns, *added), key=key or self._key(given, at, added))
        self._datasets[name] = shape
        self._labels[name] = self._label(given, at)

    def _key(self, given: Mapping[str, Any], at: Place, added: tuple[Column, ...]) -> tuple[str, ...]:
        key = given.get("key", [])
        names = {"customer_id", *(column.name for column in added)}
        if not isinstance(key, list) or not set(key) <= names:
            raise self._broken("key must be a list of columns of the dataset", *at, "key")
        return tuple(key)

    def _columns(self, dataset: str, body: Any, at: Place, known: set[str]) -> tuple[Column, ...]:
        added = []
        for name, given in self._map(body, at).items():
            if name in known:
                raise self._broken(f"{dataset} has a column called {name} already", *at, name)
            added.append(self._column(dataset, name, given, (*at, name)))
        return tuple(added)

    def _column(self, dataset: str, name: str, body: Any, at: Place) -> Column:
        self._check_name(name, at)
        given = self._map(body, at, {"label", "type", "required", "values"})
        kind = str(given.get("type"))
        if kind not in TYPES:
            raise self._broken(f"type must be one of {', '.join(TYPES)}", *at, "type")
        if (kind == "money") != name.endswith("_fen"):
            raise self._broken("money, and only money, is in a column whose name ends in _fen", *at)
        values = self._map(given.get("values", {}), (*at, "values"))
        place = f"{dataset}.{name}"
        self._labels[place], self._kinds[place] = self._label(given, at), kind
        self._values[place] = {str(code): str(label) for code, label in values.items()}
        return Column(
            name=name,
            type=TYPES[kind],
            required=bool(given.get("required", False)),
            values=tuple(str(each) for each in values),
            pattern=CODE if kind == "code" and not values else "",
            free=kind == "text",
        )

    def _event_kinds(self, body: Any, at: Place) -> Mapping[str, Mapping[str, str]]:
        found = {}
        for name, kinds in self._map(body, at).items():
            if name not in self._datasets or not self._datasets[name].is_events:
                raise self._broken(f"there is no dataset of events called {name}", *at, name)
            for code, label in self._map(kinds, (*at, name)).items():
                self._check_name(code, (*at, name, code))
                self._label({"label": label}, (*at, name, code))
            found[name] = {code: label.strip() for code, label in kinds.items()}
        return found

    def _label(self, given: Mapping[str, Any], at: Place) -> str:
        label = given.get("label")
        if not isinstance(label, str) or not label.strip():
            raise self._broken("a label is missing: what the bank's staff call it", *at)
        return label

    def _check_name(self, name: str, at: Place) -> None:
        if not NAME.fullmatch(name):
            raise self._broken("a name has small letters, digits and _ only", *at)

    def _map(self, body: Any, at: Place, known: set[str] | None = None) -> Mapping[str, Any]:
        if not isinstance(body, dict) or not all(isinstance(key, str) for key in body):
            raise self._broken("here must be names with what belongs to them", *at)
        for key in body:
            if known is not None and key not in known:
                raise self._broken(f"{key} is not known here; there are {', '.join(sorted(known))}", *at, key)
        return body

    def _broken(self, reason: str, *at: str | int) -> BrokenFile:
        return BrokenFile(reason, at=at, file=self._file, line=line_of(self._text, at))
