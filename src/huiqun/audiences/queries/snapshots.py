"""Frozen audiences, handed over as Arrow batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap

from huiqun.audiences.models import Snapshot
from huiqun.audiences.refusals import SnapshotDamaged
from huiqun.foundation import lake
from huiqun.foundation.lake.digest import file_digest
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

BATCH = 10_000


@dataclass(frozen=True, kw_only=True)
class SnapshotFacts:
    snapshot_id: int
    audience_id: int
    version_id: int
    number: int
    key: str
    branch_id: int
    as_of: date
    lake_version: int
    control_share: int
    count: int
    treatment: int
    control: int
    file_digest: str


def snapshot(snapshot_id: int, staff: Staff | None = None) -> SnapshotFacts:
    """:raises NotFound"""
    row = _row(snapshot_id, staff)
    return SnapshotFacts(
        snapshot_id=row.pk,
        audience_id=row.audience_version.audience_id,
        version_id=row.audience_version_id,
        number=row.audience_version.number,
        key=row.key,
        branch_id=row.branch_id,
        as_of=row.as_of,
        lake_version=row.lake_version,
        control_share=row.control_share,
        count=row.count,
        treatment=row.treatment,
        control=row.control,
        file_digest=row.file_digest,
    )


def snapshot_batches(snapshot_id: int, *, after: int = 0, size: int = BATCH) -> Iterator[pa.RecordBatch]:
    """``customer_id`` int64, ``arm`` "treatment" or "control", ``bucket`` int32, by ascending customer id.
    Whoever stopped goes on with the last id in ``after``.

    The file is found and compared with its digest at once, not at the first batch: whoever takes the
    batches may be in the middle of a COPY, when the database answers nothing else.
    :raises NotFound, SnapshotDamaged
    """
    row = _row(snapshot_id, None)
    path = lake.folder() / row.path
    if not path.exists() or file_digest(path) != row.file_digest:
        raise SnapshotDamaged(snapshot_id=snapshot_id)
    return _batches(path, after, size)


def _batches(path: Path, after: int, size: int) -> Iterator[pa.RecordBatch]:
    """Row groups that end before the cursor are not read."""
    with pq.ParquetFile(path) as parquet:
        groups = [each for each in range(parquet.num_row_groups) if _last_id(parquet, each) > after]
        for batch in parquet.iter_batches(batch_size=size, row_groups=groups) if groups else ():
            start = int(np.searchsorted(batch.column(0).to_numpy(), after, side="right"))
            if start < batch.num_rows:
                yield batch.slice(start)


def _last_id(parquet: pq.ParquetFile, group: int) -> int:
    return int(parquet.metadata.row_group(group).column(0).statistics.max)


def is_member(*, snapshot_id: int, customer_id: int) -> bool:
    """Whether a customer is in the snapshot, in either arm. :raises NotFound"""
    row = _row(snapshot_id, None)
    return customer_id in _bitmap((lake.folder() / row.path).with_suffix(".roaring"))


@lru_cache(maxsize=32)
def _bitmap(path: Path) -> BitMap:
    return BitMap.deserialize(path.read_bytes())


def _row(snapshot_id: int, staff: Staff | None) -> Snapshot:
    rows = Snapshot.objects.all() if staff is None else Snapshot.objects.visible_to(staff)
    row: Snapshot | None = rows.select_related("audience_version").filter(pk=snapshot_id).first()
    if row is None:
        raise NotFound()
    return row
