"""Answers to what is asked: known already, read off the feature file, or worked out from the lake."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import duckdb
from pyroaring import BitMap

from huiqun.audiences import features, rules
from huiqun.audiences.bitmaps import store
from huiqun.audiences.bitmaps.asked import Alike, Asked, decides, digest
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.engine.duck import BATCH, bitmap
from huiqun.audiences.features import State
from huiqun.audiences.features.reading import text
from huiqun.audiences.refusals import TooHeavy
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.turns import turn
from huiqun.foundation import lake


def answer(asked: Sequence[Asked], scope: Scope) -> list[BitMap]:
    """A bitmap for each, not to be changed. :raises TooHeavy, Busy"""
    found = ready(asked, scope)
    for index, one in enumerate(asked):
        if found[index] is None:
            found[index] = _worked_out(one, scope)
    return [each for each in found if each is not None]


def ready(asked: Sequence[Asked], scope: Scope) -> list[BitMap | None]:
    """What can be had at once; None for what has to be worked out from the lake's events."""
    found = [known(one, scope) for one in asked]
    state = state_of(scope)
    open_ = [index for index, each in enumerate(found) if each is None]
    on_row = [index for index in open_ if state is not None and asked[index].on_row(state.columns)]
    if state is not None and on_row:
        answers = _from_features([asked[index] for index in on_row], state, scope)
        for index, each in zip(on_row, answers or (), strict=False):
            found[index] = each
    for index in open_:
        if found[index] is None and asked[index].is_light:
            found[index] = _worked_out(asked[index], scope)
    return found


def known(asked: Asked, scope: Scope) -> BitMap | None:
    """Without working anything out."""
    if side := asked.reference:
        members = scope.sides.get(side, BitMap())
        assert asked.leaf is not None
        wanted = asked.leaf.operator == "eq" and asked.leaf.value is True
        return members if wanted else _everybody(scope) - members
    return store.find(asked.key(scope))


def _everybody(scope: Scope) -> BitMap:
    return answer([Asked()], scope)[0]


def _worked_out(asked: Asked, scope: Scope) -> BitMap:
    """By the engine. What reads events is heavy: while one waits for a turn another may have done it."""
    whole = replace(scope, branch_ids=asked.branch_ids)
    if asked.is_light:
        return store.keep(asked.key(scope), engine().chosen(asked.node, whole), in_file=True)
    with turn():
        found = store.find(asked.key(scope))
        if found is None:
            found = store.keep(asked.key(scope), engine().chosen(asked.node, whole), in_file=True)
    return found


def state_of(scope: Scope) -> State | None:
    """The features of the scope's day and version, if there are any."""
    if engine().name != "duckdb":
        return None
    return features.find(lake_version=scope.lake_version, today=scope.today)


def _from_features(asked: Sequence[Asked], state: State, scope: Scope) -> list[BitMap] | None:
    """None when the file has gone: it was swept because it is too old."""
    try:
        with lake.connect(scope.lake_version, reach=lake.HERE) as connection:
            reading = _Reading(connection, state, scope)
            bases = [reading.base(one) for one in asked]
            if not state.overlay:
                return [_kept(one, scope, each) for one, each in zip(asked, bases, strict=True)]
            newer = reading.newer(asked)
    except duckdb.OutOfMemoryException:
        raise TooHeavy() from None
    except duckdb.IOException:
        return None
    changed = newer.everybody
    answers = [(base - changed) | hits for base, hits in zip(bases, newer.hits, strict=True)]
    return [_kept(one, scope, each) for one, each in zip(asked, answers, strict=True)]


def _kept(asked: Asked, scope: Scope, found: BitMap) -> BitMap:
    """In memory: what is in the feature file can be had again in no time."""
    return store.keep(asked.key(scope), found, in_file=False)


@dataclass(frozen=True)
class _Newer:
    """Of the rows that changed since the feature file was made: whose they are, and who meets each condition."""

    everybody: BitMap
    hits: Sequence[BitMap]


@dataclass(frozen=True)
class _Reading:
    connection: duckdb.DuckDBPyConnection
    state: State
    scope: Scope

    def base(self, asked: Asked) -> BitMap:
        """Over the file itself, whatever has changed since: it serves every tick of the day."""
        condition = self._condition(asked)
        key = digest(self.state.base, condition)
        found = store.find(key)
        if found is None:
            table = features.attach(self.connection, replace(self.state, overlay=""))
            query = f'SELECT "customer_id" FROM {table} AS "p" WHERE {condition}'
            found = store.keep(key, self._ids(query), in_file=True)
        return found

    def newer(self, asked: Sequence[Asked]) -> _Newer:
        """All conditions in one reading: these rows are few."""
        rows = f'read_parquet({text(str(self.state.overlay_path))}) AS "p"'
        conditions = map(self._condition, asked)
        listed = ", ".join(f"CASE WHEN {each} THEN 1 ELSE 0 END AS c{n}" for n, each in enumerate(conditions))
        found = self.connection.sql(f'SELECT "customer_id", {listed} FROM {rows}').to_arrow_table()
        ids = found.column(0).to_numpy()
        hits = [bitmap(ids[found.column(n + 1).to_numpy() == 1]) for n in range(len(asked))]
        return _Newer(everybody=bitmap(ids), hits=hits)

    def _condition(self, asked: Asked) -> str:
        if asked.leaf is None:
            return _written(Alike(asked, asked.branch_ids), self.scope.today, "")
        column = self.state.columns.get(feature_key(asked.leaf), "")
        return _written(Alike(asked, decides(asked.leaf)), self.scope.today, column)

    def _ids(self, query: str) -> BitMap:
        found = BitMap()
        for batch in self.connection.sql(query).to_arrow_reader(BATCH):
            found |= bitmap(batch.column(0).to_numpy())
        return found


@lru_cache(maxsize=4096)
def _written(asked: Alike[Asked], today: date, column: str) -> str:
    """The condition over a customer's row; the same from tick to tick."""
    leaf = asked.thing.leaf
    columns = {feature_key(leaf): column} if leaf is not None and column else {}
    where = asked.thing.query(today, features=columns).args.get("where")
    return rules.sql_text(where.this) if where is not None else "TRUE"
