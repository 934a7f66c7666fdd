"""Freezing who an audience is."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from pyroaring import BitMap

from huiqun.audiences import rules
from huiqun.audiences.events import SnapshotFrozen
from huiqun.audiences.models import AudienceVersion, Snapshot
from huiqun.audiences.queries.audiences import branches_below
from huiqun.audiences.refusals import NoLakeYet
from huiqun.foundation import facts, lake
from huiqun.foundation.lake.manifest import rename
from huiqun.foundation.lake.staging import file_digest
from huiqun.foundation.models import Branch, Staff
from huiqun.lib import allocation
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

SCHEMA = pa.schema([("customer_id", pa.int64()), ("arm", pa.string()), ("bucket", pa.int32())])
ROW_GROUP = 100_000


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
    query = rules.compile_rule(rules.parse(version.rule), today=today, branch_ids=branch_ids)
    sql = _with_arms(rules.sql_text(query), key, control_share)
    folder = lake.folder() / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid4().hex}"
    members, control = BitMap(), 0
    try:
        with (
            lake.connect(number) as connection,
            pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer,
        ):
            for batch in connection.sql(sql).to_arrow_reader(ROW_GROUP):
                fitted = batch.cast(SCHEMA)
                writer.write_batch(fitted, row_group_size=ROW_GROUP)
                members.update(fitted.column("customer_id").to_numpy())
                control += pc.sum(pc.equal(fitted.column("arm"), "control")).as_py() or 0
        digest = file_digest(draft)
        bitmap = folder / f"{digest}.roaring"
        _keep(bitmap, members.serialize())
        rename(draft, folder / f"{digest}.parquet")
    finally:
        draft.unlink(missing_ok=True)
    return _Frozen(path=folder / f"{digest}.parquet", digest=digest, count=len(members), control=control)


def _with_arms(chosen: str, key: str, control_share: int) -> str:
    """The arm is a column, decided by the hash alone and before any gate. Ordered, so that one digest
    stands for one set of people."""
    bucket = allocation.bucket_sql('"customer_id"', key)
    return (
        f"SELECT customer_id, CASE WHEN bucket < {int(control_share)} THEN 'control' ELSE 'treatment' END AS arm,"
        f" CAST(bucket AS INTEGER) AS bucket"
        f" FROM (SELECT customer_id, {bucket} AS bucket FROM ({chosen})) ORDER BY customer_id"
    )


def _keep(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    rename(draft, path)
