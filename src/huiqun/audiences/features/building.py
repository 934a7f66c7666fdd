"""Working out all features of a day over one version of the lake, into a new file beside those in use."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
from django.conf import settings
from sqlglot import exp

from huiqun.audiences.features import states
from huiqun.audiences.features.assembling import assemble
from huiqun.audiences.features.declared import declared_features
from huiqun.audiences.features.keys import unique_keys
from huiqun.audiences.features.parts import measures_in, parts_of, put_together
from huiqun.audiences.features.relations import (
    Column,
    Empty,
    alike,
    alone,
    column_of,
    jointly,
    sql,
    tables,
)
from huiqun.audiences.features.scalars import Ask
from huiqun.audiences.features.sets import counted_by_bits
from huiqun.audiences.features.states import Kept, State
from huiqun.audiences.features.wanted import Feature, column_names
from huiqun.audiences.reach import reach_of
from huiqun.audiences.refusals import TooHeavy
from huiqun.audiences.rules.ungrouping import ungrouped
from huiqun.foundation import lake

Unique = Mapping[str, Sequence[str]]


def build(
    *, now: datetime, today: date, lake_version: int | None = None, features: Sequence[Feature] | None = None
) -> State:
    """A file with ``features`` (by default the declared ones) of every customer; it is the current one when
    it is complete. Whoever dies on the way leaves the old file in use.

    Memory is bounded by HUIQUN_FEATURES_MEMORY: what does not fit is spilled. :raises TooHeavy
    """
    wanted = declared_features() if features is None else list(features)
    with states.builder():
        number = lake.version() if lake_version is None else lake_version
        name = f"features-{number}-{today.isoformat()}-{uuid4().hex[:8]}.duckdb"
        draft = states.folder() / f".draft-{name}"
        try:
            with lake.apart(number, memory=settings.HUIQUN_FEATURES_MEMORY, reach=lake.HERE) as connection:
                names = column_names(wanted, taken=profile_columns(connection))
                ask = asker(connection)
                columns = [column_of(each, names[each.key], today, ask) for each in wanted]
                columns = [each for each in columns if _can_be_built(each, number)]
                rows = _fill(connection, draft, columns, unique_keys(lake.manifest(number)))
        except duckdb.OutOfMemoryException:
            raise TooHeavy() from None
        return states.keep(
            State(
                base=states.finish(draft, name),
                base_version=number,
                lake_version=number,
                day=today.isoformat(),
                kept=tuple(map(_kept, columns)),
                rows=rows,
                made_at=now.isoformat(),
            )
        )


def _can_be_built(column: Column, number: int) -> bool:
    return tables(column.query()) <= set(lake.DATASETS) and is_here(column, number)


def is_here(column: Column, number: int) -> bool:
    """A feature that looks into archived months is not worked out ahead: it would fetch them every night."""
    return not lake.archived_files(number) or lake.is_here(reach_of(column.query()), number)


def _kept(column: Column) -> Kept:
    assert column.feature is not None
    return Kept(
        key=column.feature.key,
        field=column.feature.field.name,
        arguments=column.feature.arguments,
        column=column.name,
        definition=column.definition,
    )


def asker(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Each question is put once."""
    known: dict[str, tuple[str | None, str]] = {}

    def ask(query: str) -> tuple[str | None, str]:
        if query not in known:
            (row,) = connection.execute(
                f"SELECT CAST(one AS VARCHAR), typeof(one) FROM ({query}) AS t(one)"
            ).fetchall()
            known[query] = row
        return known[query]

    return ask


def profile_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in connection.execute("DESCRIBE SELECT * FROM profiles").fetchall()]


def _fill(
    connection: duckdb.DuckDBPyConnection, draft: Path, columns: Sequence[Column], unique: Unique
) -> int:
    """The readings one after the other, into tables of the session that are spilled when they are large."""
    parts = parts_of(columns)
    wanted = [*columns, *(part for part in parts.values() if part.feature is None)]
    tables_: dict[str, str] = {}

    def read(query: exp.Expr, *names: str) -> None:
        table = f"reading_{len(set(tables_.values()))}"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql(ungrouped(query, unique))}")
        tables_.update(dict.fromkeys(names, table))

    empty = Empty(asker(connection))
    written = [counted_by_bits(each, lambda query: _texts(connection, query)) for each in wanted]
    for group in alike([each for each in written if each.splits()]):
        read(jointly(group, empty), *(each.name for each in group))
    for column in wanted:
        if column.name not in tables_:
            whole = measures_in(column) is not None
            query = put_together(column, parts, lambda part: tables_[part.name]) if whole else None
            read(alone(column, query), column.name)
    with _Attached(connection, draft, "draft"):
        return assemble(connection, sorted(set(tables_.values())), wanted)


def _texts(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [text for (text,) in connection.execute(query).fetchall()]


class _Attached:
    """A file of tables under a name, for as long as it lasts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
        self.connection, self.path, self.name = connection, path, name

    def __enter__(self) -> None:
        with suppress(duckdb.Error):
            self.connection.execute(f"DETACH {self.name}")
        path = str(self.path).replace("'", "''")
        self.connection.execute(f"ATTACH '{path}' AS {self.name}")

    def __exit__(self, *problem: object) -> None:
        with suppress(duckdb.Error):
            self.connection.execute(f"CHECKPOINT {self.name}")
        self.connection.execute(f"DETACH {self.name}")
