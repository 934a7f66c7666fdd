"""New events folded into the features of the day: only customers who have some are worked out again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import uuid4

import duckdb
from sqlglot import exp

from huiqun.audiences.features import states
from huiqun.audiences.features.building import asker, is_here
from huiqun.audiences.features.changes import Changes
from huiqun.audiences.features.news import news_of
from huiqun.audiences.features.relations import Column, Empty, column_of, tables
from huiqun.audiences.features.scalars import Ask
from huiqun.audiences.features.states import Kept, State
from huiqun.audiences.features.steps import Plan
from huiqun.audiences.features.wanted import Feature
from huiqun.audiences.refusals import TooHeavy
from huiqun.foundation import lake


def tick(*, now: datetime, today: date) -> State | None:
    """The features as they are in the lake's current version; None when they have to be built: there are
    none of this day, or more has changed than that events were added. :raises TooHeavy"""
    with states.builder():
        state, number = states.current(), lake.version()
        if state is None or state.day != today.isoformat() or state.lake_version > number:
            return None
        if state.lake_version == number:
            return state
        try:
            with lake.connect(number, reach=lake.HERE) as connection:
                return _ticked(connection, state, number, now)
        except duckdb.OutOfMemoryException:
            raise TooHeavy() from None


def _ticked(connection: duckdb.DuckDBPyConnection, state: State, number: int, now: datetime) -> State | None:
    plan = _plan(connection, state, number)
    news = news_of(state.lake_version, number, plan.reads if plan else set())
    if plan is None or news is None or not state.base_path.exists():
        return None
    if not all(is_here(column, number) for column in plan.columns):
        return None
    newer = replace(state, lake_version=number, made_at=now.isoformat())
    changes = Changes(connection, news, plan.steps(frozenset(news), Empty(asker(connection))))
    if not news or not changes.found():
        return states.keep(newer)
    overlay = f"overlay-{number}-{state.day}-{uuid4().hex[:8]}.parquet"
    draft = states.folder() / f".draft-{overlay}"
    rows = changes.write(state, draft)
    return states.keep(replace(newer, overlay=states.finish(draft, overlay), overlay_rows=rows))


@dataclass(frozen=True)
class _Answer:
    """What the lake said, and the files of which it said so."""

    text: str | None
    kind: str
    files: frozenset[str]


@dataclass(frozen=True)
class _Held:
    """A plan, and what was asked of the lake to write it: with other answers it would be another."""

    plan: Plan | None
    answers: Mapping[str, _Answer]

    def stands(self, manifest: lake.Manifest, ask: Ask) -> bool:
        """Only what other files have come for since is asked again."""
        return all(
            answer.files == _files(query, manifest) or ask(query) == (answer.text, answer.kind)
            for query, answer in self.answers.items()
        )


_held: dict[str, _Held] = {}
"""By the feature file; one at a time."""


def _plan(connection: duckdb.DuckDBPyConnection, state: State, number: int) -> Plan | None:
    """None when a feature would be worked out in another way today: its field is gone or changed, or a
    newest day has moved on. Writing the SQL takes longer than running it, so it is written once a day."""
    ask, path, manifest = asker(connection), str(state.base_path), lake.manifest(number)
    held = _held.get(path)
    if held is None or not held.stands(manifest, ask):
        answers: dict[str, _Answer] = {}

        def noted(query: str) -> tuple[str | None, str]:
            text, kind = ask(query)
            answers[query] = _Answer(text, kind, _files(query, manifest))
            return text, kind

        held = _Held(_written(state, noted), answers)
        _held.clear()
        _held[path] = held
    return held.plan


@lru_cache(maxsize=64)
def _datasets(query: str) -> frozenset[str]:
    return frozenset(tables(exp.maybe_parse(query, dialect="duckdb")) & set(lake.DATASETS))


def _files(query: str, manifest: lake.Manifest) -> frozenset[str]:
    return frozenset(file.path for name in _datasets(query) for file in manifest.of(name))


def _written(state: State, ask: Ask) -> Plan | None:
    day = date.fromisoformat(state.day)
    columns = [_column(each, day, ask) for each in state.kept]
    known = [column for column in columns if column is not None]
    same = all(column.definition == kept.definition for column, kept in zip(known, state.kept, strict=False))
    return Plan(known) if same and len(known) == len(state.kept) else None


def _column(kept: Kept, day: date, ask: Ask) -> Column | None:
    feature = Feature.kept(kept.key, kept.field, kept.arguments)
    return column_of(feature, kept.column, day, ask) if feature else None
