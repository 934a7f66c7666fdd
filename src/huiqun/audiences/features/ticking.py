"""New events folded into the features of the day: only customers who have some are worked out again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import duckdb

from huiqun.audiences.features import states
from huiqun.audiences.features.building import asker
from huiqun.audiences.features.changes import Changes, News
from huiqun.audiences.features.reading import text
from huiqun.audiences.features.relations import Column, column_of, tables
from huiqun.audiences.features.scalars import Ask
from huiqun.audiences.features.states import Kept, State
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
            with lake.connect(number) as connection:
                return _ticked(connection, state, number, now)
        except duckdb.OutOfMemoryException:
            raise TooHeavy() from None


def _ticked(connection: duckdb.DuckDBPyConnection, state: State, number: int, now: datetime) -> State | None:
    columns = _columns(connection, state)
    news = _news(state.lake_version, number, columns or ())
    if columns is None or news is None or not state.base_path.exists():
        return None
    newer = replace(state, lake_version=number, made_at=now.isoformat())
    changes = Changes(connection, news, columns)
    if not news or not changes.found():
        return states.keep(newer)
    overlay = f"overlay-{number}-{state.day}-{uuid4().hex[:8]}.parquet"
    draft = states.folder() / f".draft-{overlay}"
    rows = changes.write(state, draft)
    return states.keep(replace(newer, overlay=states.finish(draft, overlay), overlay_rows=rows))


def _columns(connection: duckdb.DuckDBPyConnection, state: State) -> list[Column] | None:
    """None when a feature would be worked out in another way today: its field is gone or changed, or a
    newest day has moved on."""
    ask, day = asker(connection), date.fromisoformat(state.day)
    columns = [_column(each, day, ask) for each in state.kept]
    known = [column for column in columns if column is not None]
    same = all(column.definition == kept.definition for column, kept in zip(known, state.kept, strict=False))
    return known if same and len(known) == len(state.kept) else None


def _column(kept: Kept, day: date, ask: Ask) -> Column | None:
    feature = Feature.kept(kept.key, kept.field, kept.arguments)
    return column_of(feature, kept.column, day, ask) if feature else None


def _news(old: int, new: int, columns: Sequence[Column]) -> News | None:
    """Files that came since, of datasets that matter; None when any were taken away or replaced, or are of a
    dataset whose rows are not events."""
    wanted = {"profiles"}.union(*(tables(column.query()) for column in columns))
    before, after = lake.manifest(old), lake.manifest(new)
    news = {}
    for dataset in sorted(wanted):
        had, has = ({file.path for file in each.of(dataset)} for each in (before, after))
        if had == has:
            continue
        if had - has or not lake.DATASETS[dataset].is_events:
            return None
        news[dataset] = ", ".join(text(str(lake.folder() / path)) for path in sorted(has - had))
    return news
