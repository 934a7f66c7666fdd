"""The lake as the cluster sees it: a temporary view per dataset and version of the lake."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
from django.conf import settings
from pyroaring import BitMap

from huiqun.audiences.engine.refusals import ClusterUnfit
from huiqun.foundation import lake

KEPT = 4
"""Versions of the lake whose views stay in a session: rules that began before a publication still read theirs."""


class Views:
    """Over the files of the lake's manifest, or over the warehouse's own tables.

    :param tables: dataset to the warehouse's table; such a dataset has no versions
    :param root: where the cluster sees the lake's folder, as a URL
    """

    def __init__(self, *, tables: Mapping[str, str], root: str, shown: str) -> None:
        self._tables, self._root, self._shown = tables, root.rstrip("/"), shown
        self._made: WeakKeyDictionary[Any, dict[int, dict[str, str]]] = WeakKeyDictionary()
        self._lock = Lock()

    def of(self, session: Any, version: int, datasets: Iterable[str]) -> dict[str, str]:
        """What each of ``datasets`` is called in the session. :raises ClusterUnfit"""
        with self._lock:
            versions = self._made.setdefault(session, {})
            made = versions.setdefault(version, {})
            names = list(datasets)
            if not settings.HUIQUN_SPARK_ARCHIVE:
                asked = {name for name in names if name not in self._tables}
                lake.bring(file for file in lake.archived_files(version) if file.dataset in asked)
            wanted = [name for name in names if name not in made]
            files = lake.manifest(version) if wanted else lake.Manifest()
            made |= {name: self._make(session, lake.DATASETS[name], files) for name in wanted}
            self._drop_oldest(session, versions, version)
            return dict(made)

    def ids(self, session: Any, name: str, members: BitMap) -> None:
        """A relation of ids that this side knows: the members of another audience."""
        schema = pa.schema([pa.field("customer_id", pa.int64())])
        rows = pa.table([pa.array(members, pa.int64())], schema=schema) if members else []
        session.createDataFrame(rows, from_arrow(schema)).createOrReplaceTempView(name)

    def _make(self, session: Any, dataset: lake.Dataset, of: lake.Manifest) -> str:
        view = f"huiqun_{of.version}_{dataset.name}"
        if table := self._tables.get(dataset.name):
            rows = self._warehouse(session, dataset, table)
        elif files := of.of(dataset.name):
            rows = session.read.schema(from_arrow(dataset.schema)).parquet(*map(self._seen, files))
        else:
            rows = session.createDataFrame([], from_arrow(dataset.schema))
        rows.createOrReplaceTempView(view)
        return view

    def _seen(self, file: lake.LakeFile) -> str:
        """The file as the cluster sees it: an archived one in the archive, or as it was brought back here."""
        if file.archived and (archive := settings.HUIQUN_SPARK_ARCHIVE):
            return f"{archive.rstrip('/')}/{file.archived}"
        return f"{self._root}/{file.place.relative_to(lake.folder()).as_posix()}"

    def _warehouse(self, session: Any, dataset: lake.Dataset, table: str) -> Any:
        """The table's columns as the dataset's types; columns that the dataset may lack are unknown."""
        there = self._columns(session, table)
        columns = []
        for column in dataset.columns:
            if column.name.lower() not in there and column.required:
                raise ClusterUnfit(address=self._shown, reason=f"table {table} has no column {column.name}")
            value = f"`{column.name}`" if column.name.lower() in there else "NULL"
            kind = from_arrow(dataset.schema)[column.name].dataType.simpleString()
            columns.append(f"CAST({value} AS {kind}) AS `{column.name}`")
        return session.table(table).selectExpr(*columns)

    def _columns(self, session: Any, table: str) -> set[str]:
        from pyspark.errors import AnalysisException

        try:
            return {name.lower() for name in session.table(table).columns}
        except AnalysisException:
            raise ClusterUnfit(address=self._shown, reason=f"it has no table {table}") from None

    def _drop_oldest(self, session: Any, versions: dict[int, dict[str, str]], used: int) -> None:
        while len(versions) > KEPT:
            for view in versions.pop(min(each for each in versions if each != used)).values():
                session.catalog.dropTempView(view)


def from_arrow(schema: pa.Schema) -> Any:
    """Spark's own words for the types."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
