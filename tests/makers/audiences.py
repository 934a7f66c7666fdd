"""A small lake, audiences over it, and snapshots of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from huiqun.audiences import actions
from huiqun.audiences.models import Audience, Delivery, DeliveryState, Snapshot
from huiqun.foundation import lake
from huiqun.foundation.models import Staff
from tests.conftest import make_staff

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
EVERYBODY: dict[str, Any] = {"all": []}


def make_lake(*, now: datetime = NOW, **rows: Sequence[Mapping[str, Any]]) -> int:
    """Publish ``rows`` by dataset in place of what was there; the lake's version."""
    for dataset, each in rows.items():
        shape = lake.DATASETS[dataset]
        table = pa.Table.from_pylist([dict(row) for row in each], schema=shape.schema)
        lake.stage(dataset, table, replace=True)
    return lake.publish(now=now).version


def profile(customer_id: int, branch: Any, **over: Any) -> dict[str, Any]:
    branch_id = branch if isinstance(branch, int) else branch.pk
    return {"customer_id": customer_id, "branch_id": branch_id, **over}


def event(event_id: str, customer_id: int, kind: str, *, days_ago: int = 1, **over: Any) -> dict[str, Any]:
    """A transaction or an app event at noon of a day before TODAY."""
    day = TODAY - timedelta(days=days_ago)
    at = datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)
    return {"event_id": event_id, "at": at, "dt": day, "customer_id": customer_id, "kind": kind, **over}


def transaction(event_id: str, customer_id: int, kind: str, **over: Any) -> dict[str, Any]:
    return event(event_id, customer_id, kind, **{"source": "delivered", **over})


def make_audience(*, branch: Any, name: str = "全部客户", rule: Any = None, by: Any = None) -> Audience:
    saved = actions.save_audience(name=name, rule=rule or EVERYBODY, branch_id=branch.pk, by=by, now=NOW)
    return Audience.objects.get(pk=saved.audience_id)


def make_snapshot(*, branch: Any, audience: Audience | None = None, key: str = "campaign:1") -> Snapshot:
    if not lake.version():
        make_lake(profiles=[profile(1, branch), profile(2, branch)])
    audience = audience or make_audience(branch=branch)
    snapshot_id = actions.freeze_snapshot(
        audience_version_id=audience.latest.pk, key=key, branch_id=branch.pk, by=None, now=NOW
    )
    return Snapshot.objects.get(pk=snapshot_id)


def make_delivery(*, branch: Any = None) -> Delivery:
    return Delivery.objects.create(
        name="aum-2026-10-31.csv",
        dataset="aum",
        digest="0" * 64,
        state=DeliveryState.TAKEN_IN,
        rows=2,
        received_at=NOW,
    )


def make_schedule(*, branch: Any, audience: Audience | None = None) -> int:
    return actions.schedule_snapshots(
        audience_id=(audience or make_audience(branch=branch)).pk,
        rhythm="daily",
        at=time(6),
        branch_id=branch.pk,
        by=make_staff(f"scheduler-{Staff.objects.count()}", branch, "marketer"),
        now=NOW,
    )


ROUTE_OBJECTS = {
    "audience_id": lambda branch: make_audience(branch=branch).pk,
    "delivery_id": lambda branch: make_delivery(branch=branch).pk,
    "schedule_id": lambda branch: make_schedule(branch=branch),
    "snapshot_id": lambda branch: make_snapshot(branch=branch).pk,
}
BANK_WIDE = ("delivery_id",)
"""What the bank's systems deliver is about all branches; the page tells names and counts of files."""
