"""Freezing who an audience is."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.events import SnapshotFrozen
from huiqun.audiences.ids import array_of
from huiqun.audiences.models import AudienceVersion, Snapshot
from huiqun.audiences.queries.audiences import branches_below
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.refusals import NoLakeYet
from huiqun.audiences.turns import patient
from huiqun.foundation import facts, lake
from huiqun.foundation.lake.digest import file_digest
from huiqun.foundation.lake.manifest import rename
from huiqun.foundation.models import Branch, Staff
from huiqun.lib import allocation
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

SCHEMA = pa.schema([("customer_id", pa.int64()), ("arm", pa.string()), ("bucket", pa.int32())])
ROW_GROUP = 100_000
ARMS = pa.array(["treatment", "control"])
PATIENCE = 90.0
"""Seconds to wait for one's turn: a campaign waits for its snapshot."""


@dataclass(frozen=True, kw_only=True)
class _Frozen:
    """What was written: a file named by its own digest, and who is in it."""

    path: Path
    digest: str
    count: int
    control: int


@transaction.atomic
def freeze_snapshot(
    *,
    audience_version_id: int,
    key: str,
    branch_id: int,
    control_share: int = 1_000,
    by: Staff | None,
    now: datetime,
) -> int:
    """Write down whom a version chooses today among the customers of ``branch_id`` and below; the snapshot's id.

    ``key`` (the campaign) salts the hash that assigns the arm: ``control_share`` in ten-thousandths are
    control, the same people whenever it is asked. Freezing the same thing of the same day and data again
    gives the snapshot there is. :raises NotFound, NoLakeYet
    """
    version = _locked_version(audience_version_id)
    if by is not None and not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    today, number = local_date(now), lake.version()
    if not number:
        raise NoLakeYet()
    identity = {
        "audience_version": version,
        "branch_id": branch_id,
        "key": key,
        "as_of": today,
        "lake_version": number,
        "control_share": control_share,
    }
    if existing := Snapshot.objects.filter(**identity).first():
        return int(existing.pk)
    started = perf_counter()
    frozen = _write(version, key, branches_below(branch_id), control_share, today, number)
    snapshot = Snapshot.objects.create(
        **identity,
        count=frozen.count,
        treatment=frozen.count - frozen.control,
        control=frozen.control,
        path=frozen.path.relative_to(lake.folder()).as_posix(),
        file_digest=frozen.digest,
        milliseconds=round((perf_counter() - started) * 1000),
        frozen_by=by,
        frozen_at=now,
    )
    facts.record(_event(snapshot, version), at=now, by=by, branch_id=branch_id)
    return int(snapshot.pk)


def _locked_version(version_id: int) -> AudienceVersion:
    """Locked, so that two who freeze the same thing get one snapshot."""
    rows = AudienceVersion.objects.select_for_update(of=("self",))
    version: AudienceVersion | None = rows.filter(pk=version_id).first()
    if version is None:
        raise NotFound()
    return version


def _event(snapshot: Snapshot, version: AudienceVersion) -> SnapshotFrozen:
    return SnapshotFrozen(
        audience_id=version.audience_id,
        snapshot_id=snapshot.pk,
        number=version.number,
        key=snapshot.key,
        lake_version=snapshot.lake_version,
        count=snapshot.count,
        treatment=snapshot.treatment,
        control=snapshot.control,
        file_digest=snapshot.file_digest,
    )


def _write(
    version: AudienceVersion,
    key: str,
    branch_ids: Sequence[int],
    control_share: int,
    today: date,
    number: int,
) -> _Frozen:
    node = rules.parse(version.rule)
    with patient(PATIENCE, at_least=True):
        members = bitmaps.chosen(
            node, scope_of(node, today=today, branch_ids=branch_ids, lake_version=number)
        )
    folder = lake.folder() / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid4().hex}"
    try:
        control = _write_rows(draft, members, key, control_share)
        digest = file_digest(draft)
        _keep(folder / f"{digest}.roaring", members.serialize())
        rename(draft, folder / f"{digest}.parquet")
    finally:
        draft.unlink(missing_ok=True)
    return _Frozen(path=folder / f"{digest}.parquet", digest=digest, count=len(members), control=control)


def _write_rows(path: Path, members: BitMap, key: str, control_share: int) -> int:
    """The arm is a column, decided by the hash alone and before any gate. Ascending ids, so that one digest
    stands for one set of people. How many are control."""
    ids, control = array_of(members), 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for start in range(0, len(ids), ROW_GROUP):
            part = ids[start : start + ROW_GROUP]
            bucket = allocation.buckets(part, key)
            in_control = bucket < control_share
            arms = pa.DictionaryArray.from_arrays(in_control.astype(np.int8), ARMS).cast(pa.string())
            columns = [pa.array(part.astype(np.int64)), arms, pa.array(bucket)]
            writer.write_batch(pa.record_batch(columns, schema=SCHEMA), row_group_size=ROW_GROUP)
            control += int(in_control.sum())
    return control


def _keep(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    rename(draft, path)
