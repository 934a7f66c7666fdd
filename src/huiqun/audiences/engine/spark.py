"""Spark, reached by Spark Connect: the same rules, worked out on the bank's cluster."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Timer
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap
from sqlglot import exp

from huiqun.audiences import rules
from huiqun.audiences.engine.base import Scope
from huiqun.audiences.engine.dialects import spark_sql
from huiqun.audiences.engine.duck import bitmap
from huiqun.audiences.engine.spark_session import Sessions, is_lost, is_of_spark, told
from huiqun.audiences.engine.spark_views import Views
from huiqun.audiences.rules import Node
from huiqun.foundation import lake

_WHICH = exp.to_identifier("which", quoted=True)


class SparkEngine:
    """:param address: of the cluster's Connect server, ``sc://host:port``, with ``;token=…`` where it asks for one
    :param root: where the cluster sees the lake's folder, as a URL
    :param tables: datasets that it reads from the warehouse's tables instead of the lake's files
    :param seconds: how long a question may take before it is taken back
    """

    name = "spark"

    def __init__(self, address: str, *, root: str, tables: Mapping[str, str], seconds: int = 600) -> None:
        self._sessions = Sessions(address)
        self._views = Views(tables=tables, root=root, shown=self._sessions.shown)
        self._seconds = seconds

    def chosen(self, node: Node, scope: Scope) -> BitMap:
        return _ids(self._answer(_rule(node, scope), scope).column(0))

    def chosen_each(self, nodes: Sequence[Node], scope: Scope) -> list[BitMap]:
        """Whom each of several rules chooses, asked as one question: a cluster takes hardly longer for it."""
        if not nodes:
            return []
        table = self._answer(_together([_rule(node, scope) for node in nodes]), scope)
        which, ids = table.column(0), table.column(1)
        return [_ids(ids.filter(pc.equal(which, number))) for number in range(len(nodes))]

    def unknown(self, node: Node, scope: Scope) -> Sequence[int]:
        """Spark takes a membership only in WHERE, so each field is counted by itself, all in one question."""
        unknown = [
            replace(leaf, operator="is_missing", value=None, include_missing=False)
            for leaf in rules.fields_that_can_be_missing(node)
        ]
        if not unknown:
            return ()
        counts = [_count_of(_rule(leaf, scope)) for leaf in unknown]
        found = dict(zip(*self._answer(_together(counts), scope).to_pydict().values(), strict=True))
        return tuple(found[number] for number in range(len(unknown)))

    def sql(self, node: Node, scope: Scope) -> str:
        return spark_sql(_rule(node, scope), pretty=True)

    def _answer(self, query: exp.Expr, scope: Scope) -> pa.Table:
        """Once more where the server had lost the session in the meantime. :raises ClusterSilent, ClusterTooSlow,
        ClusterGaveUp, ClusterUnfit"""
        for may_be_lost in (True, False):
            session = self._sessions.get()
            try:
                return self._ask(session, query, scope)
            except Exception as error:
                if not is_of_spark(error):
                    raise
                if not (may_be_lost and is_lost(error)):
                    raise told(error, self._sessions.shown, self._seconds) from error
                self._sessions.forget(session)
        raise AssertionError

    def _ask(self, session: Any, query: exp.Expr, scope: Scope) -> pa.Table:
        datasets = {table.name for table in query.find_all(exp.Table)} & lake.DATASETS.keys()
        names = self._views.of(session, scope.lake_version, datasets)
        with self._sides(session, scope) as sides, self._for_a_while(session):
            return session.sql(spark_sql(query, tables={**names, **sides})).toArrow()

    @contextmanager
    def _sides(self, session: Any, scope: Scope) -> Iterator[dict[str, str]]:
        names = {name: f"huiqun_{name}_{uuid4().hex}" for name in scope.sides}
        try:
            for name, members in scope.sides.items():
                self._views.ids(session, names[name], members)
            yield names
        finally:
            for view in names.values():
                session.catalog.dropTempView(view)

    @contextmanager
    def _for_a_while(self, session: Any) -> Iterator[None]:
        """What takes longer than it may is taken back, so that the cluster does not go on for nobody."""
        tag = f"huiqun-{uuid4().hex}"
        timer = Timer(self._seconds, session.interruptTag, [tag])
        timer.daemon = True
        session.addTag(tag)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            session.removeTag(tag)


def _rule(node: Node, scope: Scope) -> exp.Select:
    return rules.compile_rule(node, today=scope.today, branch_ids=scope.branch_ids)


def _count_of(query: exp.Select) -> exp.Select:
    return exp.select(exp.Count(this=exp.Star())).from_(query.subquery("chosen"))


def _together(queries: Sequence[exp.Select]) -> exp.Expr:
    """One question for several: the number of each beside its rows."""
    parts: list[exp.Select] = []
    for number, query in enumerate(queries):
        rows = query.subquery(exp.to_identifier(f"q{number}", quoted=True))
        parts.append(exp.select(exp.Literal.number(number).as_(_WHICH), exp.Star()).from_(rows))
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _ids(column: pa.ChunkedArray) -> BitMap:
    """An id beyond 32 bits is a mistake in a warehouse's table and is not cut off."""
    return bitmap(np.asarray(column.cast(pa.uint32()).to_numpy()))
