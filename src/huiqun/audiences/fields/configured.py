"""Fields that the bank declares in its catalogue (HUIQUN_CATALOGUE): over columns and datasets of its own.

A broken declaration stops the program when it starts, with the line of the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from huiqun.audiences.fields.expressions import (
    column,
    count_rows,
    day,
    measured,
    newest_day,
    one_of,
    total,
    within_days,
)
from huiqun.audiences.fields.parameters import DAYS
from huiqun.foundation.fields import (
    Arguments,
    AudienceField,
    Choice,
    FieldType,
    Growth,
    Measure,
    Parameter,
)
from huiqun.foundation.lake.configured import Configured
from huiqun.lib.words import gettext_noop as _

OF_THE_BANK = _("Of this bank")
TYPES: Mapping[str, FieldType] = {
    "text": FieldType.TEXT,
    "code": FieldType.CODE,
    "number": FieldType.NUMBER,
    "money": FieldType.MONEY,
    "day": FieldType.DAY,
    "flag": FieldType.FLAG,
}
AGGREGATES = ("count", "sum", "least", "greatest", "first", "last", "distinct")
KEYS = {"label", "dataset", "aggregate", "column", "filters", "only", "window", "next"}


def configured_fields(catalogue: Configured) -> Iterator[AudienceField]:
    """:raises BrokenFile"""
    for place, kind in catalogue.kinds.items():
        dataset, name = place.split(".")
        if dataset == "profiles" and kind in TYPES:
            yield _profile(catalogue, place, name, TYPES[kind])
    for name, body in catalogue.fields.items():
        yield _Declaration.of(catalogue, name, body).field()


def _profile(catalogue: Configured, place: str, name: str, kind: FieldType) -> AudienceField:
    return AudienceField(
        name=f"profile.{name}",
        label=catalogue.labels[place],
        type=kind,
        group=OF_THE_BANK,
        choices=_choices(catalogue, place),
        open=not catalogue.values[place],
        profile=lambda today: column(name, "p"),
    )


def _choices(catalogue: Configured, place: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=code, label=label) for code, label in catalogue.values.get(place, {}).items())


@dataclass(frozen=True, kw_only=True)
class _Declaration:
    """One field as the file declares it, checked."""

    catalogue: Configured
    name: str
    label: str
    dataset: str
    aggregate: str
    column: str
    filters: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]
    window: bool
    next: str

    @classmethod
    def of(cls, catalogue: Configured, name: str, body: Any) -> "_Declaration":
        at = ("fields", name)
        if not isinstance(body, dict) or set(body) - KEYS:
            raise catalogue.broken(f"a field has {', '.join(sorted(KEYS))} and nothing else", *at)
        dataset = str(body.get("dataset"))
        if dataset not in catalogue.datasets:
            raise catalogue.broken(f"there is no dataset called {dataset}", *at, "dataset")
        if body.get("aggregate") not in AGGREGATES:
            raise catalogue.broken(f"aggregate must be one of {', '.join(AGGREGATES)}", *at, "aggregate")
        if not isinstance(body.get("label"), str) or not body["label"].strip():
            raise catalogue.broken("a label is missing: what the bank's staff call it", *at)
        if "." not in name or ":" in name:
            raise catalogue.broken("a field is named dataset.what, without a colon", *at)
        only = {key: _several(value) for key, value in body.get("only", {}).items()}
        made = cls(
            catalogue=catalogue,
            name=name,
            label=body["label"],
            dataset=dataset,
            aggregate=body["aggregate"],
            column=body.get("column", ""),
            filters=tuple(body.get("filters", ())),
            only=only,
            window=bool(body.get("window", False)),
            next=body.get("next", ""),
        )
        made._check()
        return made

    def _check(self) -> None:
        names, at = self.catalogue.datasets[self.dataset].names, ("fields", self.name)
        used = [*self.filters, *self.only, *filter(None, (self.column, self.next))]
        if missing := [each for each in used if each not in names]:
            raise self.catalogue.broken(f"{self.dataset} has no column {missing[0]}", *at)
        if self.aggregate in ("sum", "least", "greatest", "distinct") and not self.column:
            raise self.catalogue.broken(f"{self.aggregate} needs a column", *at)
        if (self.window or self.aggregate in ("first", "last")) and "dt" not in names:
            raise self.catalogue.broken(f"{self.dataset} has no days", *at)

    def field(self) -> AudienceField:
        counts = self.aggregate in ("count", "sum", "distinct")
        return AudienceField(
            name=self.name,
            label=self.label,
            type=self._type(),
            group=OF_THE_BANK,
            parameters=(*((DAYS,) if self.window or self.next else ()), *map(self._parameter, self.filters)),
            relation=self._measure,
            absent=0 if counts else None,
        )

    def _type(self) -> FieldType:
        if self.aggregate in ("first", "last"):
            return FieldType.DAY
        if self.aggregate in ("count", "distinct"):
            return FieldType.NUMBER
        held = self.catalogue.datasets[self.dataset].schema.field(self.column).type
        if str(held) == "date32[day]":
            return FieldType.DAY
        return FieldType.MONEY if self.column.endswith("_fen") else FieldType.NUMBER

    def _parameter(self, name: str) -> Parameter:
        place = f"{self.dataset}.{name}"
        return Parameter(
            name=name,
            label=self.catalogue.labels.get(place, name),
            type=FieldType.TEXT,
            choices=_choices(self.catalogue, place),
            open=True,
            several=True,
        )

    def _measure(self, arguments: Arguments, today: date) -> Measure:
        value, growth = self._value()
        grows = growth if self.catalogue.datasets[self.dataset].is_events else None
        return measured(self.dataset, value, *self._conditions(arguments, today), growth=grows)

    def _value(self) -> tuple[exp.Expr, Growth | None]:
        held = column(self.column or "dt")
        if self.aggregate == "count":
            return count_rows(), Growth.SUM
        if self.aggregate == "sum":
            return total(self.column), Growth.SUM
        if self.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[held])), None
        if self.aggregate in ("first", "least"):
            return exp.Min(this=held), Growth.MIN
        return exp.Max(this=held), Growth.MAX

    def _conditions(self, arguments: Arguments, today: date) -> Iterator[exp.Expr]:
        if self.window:
            yield within_days(arguments["days"], today)
        elif "dt" in self.catalogue.datasets[self.dataset].names:
            if self.catalogue.datasets[self.dataset].is_events:
                yield exp.LTE(this=column("dt"), expression=day(today))
            else:
                yield exp.EQ(this=column("dt"), expression=newest_day(self.dataset, today))
        if self.next:
            until = today + timedelta(days=int(str(arguments["days"])))
            yield exp.GTE(this=column(self.next), expression=day(today))
            yield exp.LTE(this=column(self.next), expression=day(until))
        for name, values in self.only.items():
            yield one_of(name, values)
        for name in self.filters:
            if isinstance(given := arguments.get(name), tuple):
                yield one_of(name, given)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)
