"""Taking in the files that the bank's systems deliver every day."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction

from huiqun.audiences.actions.telling import tell_of_delivery
from huiqun.audiences.delivered import CustomerIds, Read, of_file, take_in
from huiqun.audiences.events import DeliveryRefused, DeliveryTakenIn
from huiqun.audiences.models import Delivery, DeliveryState
from huiqun.foundation import facts, lake
from huiqun.foundation.http import sentence_of
from huiqun.foundation.lake import LakeFull, Source, file_digest
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal


def ingest_delivery(
    folder_or_file: Path | str, *, now: datetime, customer_ids: CustomerIds, keep: bool = False
) -> list[int]:
    """Take in one delivered file, or every one in a folder, and publish the lake; ids of the deliveries.

    Files are named as the catalogue's sources say, or for their dataset (``transactions-2026-11-20.csv``). When done they move to ``done/``, or
    to ``refused/`` when they cannot be taken as a whole; refused rows are written to
    ``refused/<name>.rows.csv``. With ``keep`` they stay where they are. Names that begin with a dot or end
    otherwise than .csv, .xlsx or .parquet are still being written and are left alone. A file that was taken in
    before changes nothing; whoever dies in the middle may begin again.
    """
    path = Path(folder_or_file)
    folder = path if path.is_dir() else path.parent
    with _alone_in(folder):
        files = sorted(folder.iterdir()) if path.is_dir() else [path]
        found = [(each, source) for each in files if (source := of_file(each))]
        deliveries = [_take_one(each, source, folder, now, customer_ids, keep) for each, source in found]
        lake.publish(now=now)
    return deliveries


def _take_one(
    path: Path, source: Source, folder: Path, now: datetime, customer_ids: CustomerIds, keep: bool
) -> int:
    digest = file_digest(path)
    before = Delivery.objects.filter(
        digest=digest, dataset=source.dataset, state=DeliveryState.TAKEN_IN
    ).first()
    delivery = before or _read(path, source, folder, digest, now, customer_ids)
    if not keep:
        _move(path, folder / ("done" if delivery.state == DeliveryState.TAKEN_IN else "refused"), digest)
    return int(delivery.pk)


def _read(
    path: Path, source: Source, folder: Path, digest: str, now: datetime, customer_ids: CustomerIds
) -> Delivery:
    """Stage first, then record: what is staged twice is in the lake once. A full disk is nothing against the
    file, which stays where it is. :raises LakeFull"""
    delivery = Delivery(
        name=path.name[:200], dataset=source.dataset, digest=digest, source=source.name, received_at=now
    )
    try:
        read = take_in(
            path,
            source=source,
            customer_ids=customer_ids,
            refused_to=folder / "refused" / f"{path.name}.rows.csv",
            told=delivery.told,
            today=local_date(now),
        )
    except LakeFull:
        raise
    except Refusal as refusal:
        return _record(delivery, Read(rows=0, refused=0), problem=sentence_of(refusal))
    return _record(delivery, read)


@transaction.atomic
def _record(delivery: Delivery, read: Read, *, problem: str = "") -> Delivery:
    delivery.state = DeliveryState.REFUSED if problem else DeliveryState.TAKEN_IN
    delivery.rows, delivery.refused, delivery.problem = read.rows, read.refused, problem
    delivery.left_out, delivery.missing = list(read.left_out), list(read.missing)
    delivery.save()
    event = _refused(delivery) if problem else _taken_in(delivery)
    tell_of_delivery(delivery, fact_id=facts.record(event, at=delivery.received_at))
    return delivery


def _taken_in(delivery: Delivery) -> DeliveryTakenIn:
    return DeliveryTakenIn(
        delivery_id=delivery.pk,
        dataset=delivery.dataset,
        file_digest=delivery.digest,
        rows=delivery.rows,
        refused=delivery.refused,
    )


def _refused(delivery: Delivery) -> DeliveryRefused:
    return DeliveryRefused(delivery_id=delivery.pk, dataset=delivery.dataset, file_digest=delivery.digest)


def _move(path: Path, target: Path, digest: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    place = target / path.name
    if place.exists():
        place = target / f"{path.stem}.{digest[:12]}{path.suffix}"
    path.replace(place)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two workers never read the same folder."""
    with (folder / ".taking").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            handle.flush()
            os.fsync(handle.fileno())
