"""The catalogue's ``sources`` and ``retention``, read with the line of whatever is wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from huiqun.foundation.lake.schema import Dataset
from huiqun.foundation.lake.sources import NEW_COLUMNS, RHYTHMS, UNITS, Source
from huiqun.lib.data_files import BrokenFile

Broken = Callable[..., BrokenFile]
KNOWN = {
    "label", "files", "dataset", "sheet", "columns", "values", "units", "ranges", "ignore", "new_columns",
    "rhythm", "due",
}  # fmt: skip
NUMBER = "number"
"""The bank's customer number, in place of customer_id."""


class SourceReader:
    """``broken`` makes the refusal of what stands at a path of keys."""

    def __init__(self, datasets: Mapping[str, Dataset], broken: Broken) -> None:
        self._datasets, self._broken = datasets, broken

    def retention(self, body: Any) -> Mapping[str, int]:
        kept = self._map(body, "retention")
        for name, days in kept.items():
            at = ("retention", name)
            shape = self._datasets.get(name)
            if shape is None:
                raise self._broken(f"there is no dataset called {name}", *at)
            if "dt" not in shape.names:
                raise self._broken(f"{name} has no days", *at)
            if not _is_whole(days) or days < 1:
                raise self._broken("a whole number of days is wanted", *at)
        return kept

    def sources(self, body: Any) -> tuple[Source, ...]:
        return tuple(self._source(name, given) for name, given in self._map(body, "sources").items())

    def _source(self, name: str, body: Any) -> Source:
        at = ("sources", name)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise self._broken("a name has small letters, digits and _ only", *at)
        given = self._map(body, *at)
        for key in given:
            if key not in KNOWN:
                raise self._broken(f"{key} is not known here; there are {', '.join(sorted(KNOWN))}", *at, key)
        for key in ("label", "files", "dataset"):
            if not isinstance(given.get(key), str) or not given[key].strip():
                raise self._broken(f"{key} is missing", *at)
        shape = self._datasets.get(given["dataset"])
        if shape is None or shape.name in ("profiles", "attributes"):
            raise self._broken(f"no files are delivered for {given['dataset']}", *at, "dataset")
        ours = {NUMBER, *shape.names} - {"customer_id"}
        return Source(
            name=name,
            label=given["label"],
            files=given["files"],
            dataset=shape.name,
            sheet=str(given.get("sheet", "")),
            columns=self._columns(given.get("columns", {}), ours, *at, "columns"),
            values=self._values(given.get("values", {}), ours, *at, "values"),
            units=self._units(given.get("units", {}), shape, *at, "units"),
            ranges=self._ranges(given.get("ranges", {}), ours, *at, "ranges"),
            ignore=self._ignore(given.get("ignore", []), *at, "ignore"),
            new_columns=self._one_of(given.get("new_columns", "refuse"), NEW_COLUMNS, *at, "new_columns"),
            rhythm=RHYTHMS[self._one_of(given["rhythm"], RHYTHMS, *at, "rhythm")] if "rhythm" in given else 0,
            due=self._time(given.get("due", "09:00"), *at, "due"),
        )

    def _columns(self, body: Any, ours: set[str], *at: str) -> Mapping[str, str]:
        columns = self._map(body, *at)
        for theirs, our in columns.items():
            if our not in ours:
                raise self._broken(f"{our} is no column; there are {', '.join(sorted(ours))}", *at, theirs)
        if len(set(columns.values())) != len(columns):
            raise self._broken("two columns of the file would be one of ours", *at)
        return {theirs.strip().lower(): our for theirs, our in columns.items()}

    def _values(self, body: Any, ours: set[str], *at: str) -> Mapping[str, Mapping[str, str]]:
        values = self._map(body, *at)
        for column in values:
            self._known(column, ours, *at)
        return {
            column: {str(theirs): str(our) for theirs, our in self._map(given, *at, column).items()}
            for column, given in values.items()
        }

    def _units(self, body: Any, shape: Dataset, *at: str) -> Mapping[str, int]:
        units = self._map(body, *at)
        money = {name for name in shape.names if name.endswith("_fen")}
        for column in units:
            self._known(column, money, *at)
        return {column: UNITS[self._one_of(unit, UNITS, *at, column)] for column, unit in units.items()}

    def _ranges(self, body: Any, ours: set[str], *at: str) -> Mapping[str, tuple[int | None, int | None]]:
        ranges = self._map(body, *at)
        for column, bounds in ranges.items():
            self._known(column, ours, *at)
            if not isinstance(bounds, list) or len(bounds) != 2 or not all(map(_is_bound, bounds)):
                raise self._broken(
                    "a range is [least, greatest], whole numbers or nothing (null)", *at, column
                )
        return {column: (bounds[0], bounds[1]) for column, bounds in ranges.items()}

    def _ignore(self, body: Any, *at: str) -> frozenset[str]:
        if not isinstance(body, list) or not all(isinstance(each, str) for each in body):
            raise self._broken("a list of the file's columns is wanted", *at)
        return frozenset(each.strip().lower() for each in body)

    def _time(self, text: Any, *at: str) -> time:
        try:
            return time.fromisoformat(text)
        except (TypeError, ValueError):
            raise self._broken('a time such as "06:30" is wanted, in quotation marks', *at) from None

    def _one_of(self, given: Any, known: Any, *at: str) -> str:
        if given not in known:
            raise self._broken(f"must be one of {', '.join(known)}", *at)
        return str(given)

    def _known(self, column: str, ours: set[str], *at: str) -> None:
        if column not in ours:
            raise self._broken(
                f"{column} is no column that this is said of; there are {', '.join(sorted(ours))}",
                *at,
                column,
            )

    def _map(self, body: Any, *at: str) -> Mapping[str, Any]:
        if not isinstance(body, dict):
            raise self._broken("here must be names with what belongs to them", *at)
        return {str(key): value for key, value in body.items()}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_bound(value: Any) -> bool:
    return value is None or _is_whole(value)
