"""Checking what is brought to the lake and putting it beside the lake, complete, until it is published."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.digest import file_digest
from huiqun.foundation.lake.faults import room
from huiqun.foundation.lake.manifest import folder, rename, write_whole
from huiqun.foundation.lake.reading import bench
from huiqun.foundation.lake.schema import Column, Dataset
from huiqun.lib.identifiers import IN_DATA
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

ROW_GROUP = 122_880

Rows: TypeAlias = pa.Table | pa.RecordBatchReader | Path | str


class LakeRefused(Refusal):
    code = "lake.refused"
    sentence = _("The lake does not take this file.")


class UnknownDataset(LakeRefused):
    code = "lake.unknown_dataset"
    sentence = _("There is no dataset called %(dataset)s.")


class UnknownColumn(LakeRefused):
    code = "lake.unknown_column"
    sentence = _("%(dataset)s has no column %(column)s. Personal identifiers never enter the lake.")


class MissingColumn(LakeRefused):
    code = "lake.missing_column"
    sentence = _("The dataset %(dataset)s needs the column %(column)s.")


class WrongType(LakeRefused):
    code = "lake.wrong_type"
    sentence = _("Column %(column)s of %(dataset)s has to be %(wanted)s, not %(found)s.")


class EmptyValue(LakeRefused):
    code = "lake.empty_value"
    sentence = _("Column %(column)s of %(dataset)s is empty in %(count)s rows.")


class WrongValue(LakeRefused):
    code = "lake.wrong_value"
    sentence = _("Column %(column)s of %(dataset)s has a value that is not allowed: %(value)s.")


class LooksPersonal(LakeRefused):
    code = "lake.looks_personal"
    sentence = _("Column %(column)s of %(dataset)s holds what looks like a personal identifier (%(what)s).")


class RowTwice(LakeRefused):
    code = "lake.row_twice"
    sentence = _("%(dataset)s has %(count)s rows whose %(key)s is already in the same file.")


class WrongPartition(LakeRefused):
    code = "lake.wrong_partition"
    sentence = _("A partition is named with letters, digits, - and _, not %(partition)s.")


@dataclass(frozen=True, kw_only=True)
class StagedFile:
    """A checked file that waits to be published. ``id`` sorts by the time of staging."""

    id: str
    dataset: str
    partition: str
    replace: bool
    source: str
    rows: int
    bytes: int
    sha256: str
    first_day: str | None
    last_day: str | None

    @property
    def path(self) -> Path:
        return folder() / "staged" / f"{self.id}.parquet"

    @property
    def ticket(self) -> Path:
        """Written last: without it, nothing has been staged."""
        return folder() / "staged" / f"{self.id}.json"


def stage(
    dataset: str, rows: Rows, *, partition: str = "all", replace: bool = False, source: str = ""
) -> StagedFile:
    """Check ``rows`` (a table, a reader or a Parquet file) and keep them for the next publication.

    With ``replace`` they take the place of whatever the partition held, otherwise they are added to it.
    Memory is bounded by a row group. :raises LakeRefused, LakeFull and leaves nothing behind
    """
    if dataset not in DATASETS:
        raise UnknownDataset(dataset=dataset)
    if not 0 < len(partition) <= 40 or not partition.replace("-", "").replace("_", "").isalnum():
        raise WrongPartition(partition=partition)
    shape = DATASETS[dataset]
    staged_id = f"{time.time_ns():020d}-{uuid4().hex[:8]}"
    draft = folder() / "staged" / f".{staged_id}.parquet"
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        with room():
            count, first, last, in_order = _write(shape, rows, draft)
            if not in_order:
                _check_key(shape, draft)
        staged = StagedFile(
            id=staged_id,
            dataset=dataset,
            partition=partition,
            replace=replace,
            source=source,
            rows=count,
            bytes=draft.stat().st_size,
            sha256=file_digest(draft),
            first_day=first,
            last_day=last,
        )
        rename(draft, staged.path)
    finally:
        draft.unlink(missing_ok=True)
    with room():
        write_whole(staged.ticket, json.dumps(asdict(staged), ensure_ascii=False))
    return staged


def waiting() -> list[StagedFile]:
    """Staged files in the order in which they were staged."""
    tickets = sorted((folder() / "staged").glob("[0-9]*.json"))
    return [StagedFile(**json.loads(ticket.read_text())) for ticket in tickets]


def fit(dataset: Dataset, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in the dataset's columns and types, or a refusal that says what is wrong."""
    names = batch.schema.names
    for name in names:
        if name not in dataset.names:
            raise UnknownColumn(dataset=dataset.name, column=name)
    arrays = [_column(dataset, column, batch, present=column.name in names) for column in dataset.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=dataset.schema)


def _column(dataset: Dataset, column: Column, batch: pa.RecordBatch, *, present: bool) -> pa.Array:
    if not present:
        if column.required:
            raise MissingColumn(dataset=dataset.name, column=column.name)
        return pa.nulls(batch.num_rows, column.type)
    array = _without_empty_text(_cast(dataset, column, batch.column(column.name)))
    if column.required and array.null_count:
        raise EmptyValue(dataset=dataset.name, column=column.name, count=array.null_count)
    _check_values(dataset, column, array)
    return array


def _cast(dataset: Dataset, column: Column, array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.type == column.type:
        return array
    if _family(array.type) not in {_family(column.type), "empty"}:
        raise _wrong_type(dataset, column, array)
    try:
        return array.cast(column.type, safe=True)
    except pa.ArrowInvalid:
        raise _wrong_type(dataset, column, array) from None


def _without_empty_text(array: pa.Array) -> pa.Array:
    """Files without a notion of null bring "" instead; in the lake what is missing is null."""
    if not pa.types.is_string(array.type):
        return array
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, array.type), array)


def _wrong_type(dataset: Dataset, column: Column, array: pa.Array) -> WrongType:
    return WrongType(dataset=dataset.name, column=column.name, wanted=str(column.type), found=str(array.type))


def _family(kind: pa.DataType) -> str:
    """Types that may be turned into one another: an instant without a zone is not an instant."""
    if pa.types.is_null(kind):
        return "empty"
    if pa.types.is_integer(kind):
        return "whole number"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text"
    if pa.types.is_date(kind):
        return "day"
    if pa.types.is_timestamp(kind) and kind.tz:
        return "instant"
    return str(kind)


def _check_values(dataset: Dataset, column: Column, array: pa.Array) -> None:
    if column.values:
        _refuse_first(dataset, column, array, pc.is_in(array, value_set=pa.array(column.values, column.type)))
    if column.pattern:
        _refuse_first(dataset, column, array, pc.match_substring_regex(array, column.pattern))
    if column.free:
        for what, pattern in IN_DATA.items():
            if pc.any(pc.match_substring_regex(array, pattern)).as_py():
                raise LooksPersonal(dataset=dataset.name, column=column.name, what=what)


def _refuse_first(dataset: Dataset, column: Column, array: pa.Array, good: pa.Array) -> None:
    bad = array.filter(pc.and_(pc.invert(pc.fill_null(good, False)), array.is_valid()))
    if len(bad):
        raise WrongValue(dataset=dataset.name, column=column.name, value=str(bad[0].as_py())[:60])


def _write(dataset: Dataset, rows: Rows, target: Path) -> tuple[int, str | None, str | None, bool]:
    """How many rows were written, the first and last day among them, and whether their keys only ascend."""
    count, days, order = 0, [], _Order(dataset)
    with pq.ParquetWriter(target, dataset.schema, compression="zstd") as writer:
        for batch in _batches(rows):
            fitted = fit(dataset, batch)
            writer.write_batch(fitted, row_group_size=ROW_GROUP)
            count += fitted.num_rows
            order.see(fitted)
            if "dt" in dataset.names and fitted.num_rows:
                bounds = pc.min_max(fitted.column("dt"))
                days += [bounds["min"].as_py().isoformat(), bounds["max"].as_py().isoformat()]
    with target.open("rb") as handle:
        os.fsync(handle.fileno())
    return count, min(days, default=None), max(days, default=None), order.ascends


class _Order:
    """Whether each key is greater than the one before: then none comes twice, and nothing has to be remembered
    to know it. Exports come in this order; what does not is checked as a whole."""

    def __init__(self, dataset: Dataset) -> None:
        self._key = dataset.key
        self.ascends = bool(dataset.key) and not dataset.is_events
        self._last: list[pa.Array] = []

    def see(self, batch: pa.RecordBatch) -> None:
        if not self.ascends or not batch.num_rows:
            return
        keys = [batch.column(name) for name in self._key]
        if self._last:
            keys = [pa.concat_arrays(pair) for pair in zip(self._last, keys, strict=True)]
        greater, equal = pa.scalar(False), pa.scalar(True)
        for key in keys:
            before, after = key.slice(0, len(key) - 1), key.slice(1)
            greater = pc.or_(greater, pc.and_(equal, pc.greater(after, before)))
            equal = pc.and_(equal, pc.equal(after, before))
        self.ascends = bool(pc.all(greater, skip_nulls=False, min_count=0).as_py())
        self._last = [key.slice(len(key) - 1) for key in keys]


def _batches(rows: Rows) -> Iterator[pa.RecordBatch]:
    if isinstance(rows, (str, Path)):
        with pq.ParquetFile(rows) as parquet:
            if not parquet.metadata.num_rows:
                yield from parquet.schema_arrow.empty_table().to_batches()
            yield from parquet.iter_batches(batch_size=ROW_GROUP)
    elif isinstance(rows, pa.Table):
        yield from rows.to_batches(max_chunksize=ROW_GROUP) or [_empty(rows.schema)]
    else:
        yield from rows


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in schema], schema=schema)


def _check_key(dataset: Dataset, path: Path) -> None:
    """A customer has one profile; events may come twice and are thinned out when published."""
    if not dataset.key or dataset.is_events:
        return
    key = ", ".join(dataset.key)
    with bench() as connection:
        ((twice,),) = connection.execute(
            f"SELECT count(*) - count(DISTINCT ({key},)) FROM read_parquet(?)", [str(path)]
        ).fetchall()
    if twice:
        raise RowTwice(dataset=dataset.name, key=key, count=twice)
