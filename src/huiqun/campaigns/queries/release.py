"""Stages: what was approved, who is in each, and how far the release is."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqun.audiences import queries as audiences
from huiqun.campaigns.models import Campaign, Release, StageRun
from huiqun.campaigns.release import CLICK, SHARE, STAFF, WATCHED, Figures, Plan, Stage
from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.delivery.queries import stages as delivery
from huiqun.foundation.models import Staff
from huiqun.lib.allocation import BUCKETS, buckets

CONTACTS = {"sms": "phone", "email": "email"}


def planned(campaign: Campaign) -> Plan:
    """As the plan's rows have it."""
    row = Release.objects.filter(pk=campaign.pk).first()
    return row.plan() if row else Plan()


def approved(digest: str) -> Plan:
    """As it was frozen; this is what is followed."""
    return Plan.of_dossier(compliance.dossier_body(digest))


def is_released(campaign: Campaign) -> bool:
    """Whether every stage of a started campaign has begun. A campaign without stages is released at once."""
    run = StageRun.objects.filter(campaign=campaign).order_by("-number").first()
    if run is None:
        return True
    approval = compliance.approval_of(campaign.subject)
    return approval is None or not approval.digest or run.number >= approved(approval.digest).last


def stage_members(
    campaign: Campaign, plan: Plan, stage: Stage, *, own_staff: Collection[int]
) -> Iterator[pa.RecordBatch]:
    """Of the frozen audience, those whose hash falls within the stage and who are not of the bank's own staff,
    who had theirs before. The hash knows the campaign alone, so that a later stage holds whoever was left."""
    assert campaign.snapshot_id is not None
    batches = audiences.snapshot_batches(campaign.snapshot_id)
    if stage.kind == STAFF:
        return _staff_batches(batches, own_staff)
    lower, upper = plan.bounds(stage.number)
    return _share_batches(batches, f"{campaign.subject}:release", lower, upper, own_staff)


def _share_batches(
    batches: Iterator[pa.RecordBatch], key: str, lower: int, upper: int, left_out: Collection[int]
) -> Iterator[pa.RecordBatch]:
    out = pa.array(sorted(left_out), pa.int64())
    for batch in batches:
        ids = batch.column("customer_id")
        place = buckets(ids.to_numpy(zero_copy_only=False).astype(np.uint32), key)
        inside = pa.array((place >= lower) & (place < upper))
        yield batch.filter(pc.and_(inside, pc.invert(pc.is_in(ids, value_set=out))))


def _staff_batches(batches: Iterator[pa.RecordBatch], own_staff: Collection[int]) -> Iterator[pa.RecordBatch]:
    """Who is in the audience too keeps the arm that was drawn."""
    wanted = pa.array(sorted(own_staff), pa.int64())
    drawn: dict[int, tuple[str, int]] = {}
    for batch in batches:
        found = batch.filter(pc.is_in(batch.column("customer_id"), value_set=wanted))
        for row in found.to_pylist():
            drawn[row["customer_id"]] = (row["arm"], row["bucket"])
    rows = [(each, *drawn.get(each, ("treatment", 0))) for each in sorted(own_staff)]
    yield pa.record_batch(
        {
            "customer_id": pa.array([row[0] for row in rows], pa.int64()),
            "arm": pa.array([row[1] for row in rows], pa.string()),
            "bucket": pa.array([row[2] for row in rows], pa.int32()),
        }
    )


def own_staff_of(campaign: Campaign) -> list[int]:
    """Customers who are staff of the campaign's branch or on its team, found by their work phone or mail.
    They pass the same gate as everybody."""
    team = campaign.team.values_list("staff_id", flat=True)
    staff = Staff.objects.filter(is_active=True)
    people = staff.filter(branch=campaign.branch) | staff.filter(pk__in=team)
    found: set[int] = set()
    for person in people.distinct():
        for channel in campaign.channels:
            contact = getattr(person, CONTACTS.get(channel, ""), "")
            if contact:
                found.update(customers.customer_ids_by_contact(channel=channel, contact=contact))
    return sorted(found)


def figures_of(run_id: int) -> Figures:
    return Figures(**asdict(delivery.run_figures(run_id)))


@dataclass(frozen=True, kw_only=True)
class StageLine:
    """One stage as its page shows it: planned, and, once begun, as it is. ``rates`` in ten-thousandths."""

    stage: Stage
    run: StageRun | None
    figures: Figures
    expected: int | None
    may_go_on_at: datetime | None
    may_go_on: bool

    @property
    def percent(self) -> float:
        return self.stage.share / 100

    @property
    def is_staff(self) -> bool:
        return self.stage.kind == STAFF

    @property
    def waits_for_a_click(self) -> bool:
        return self.stage.goes_on == CLICK

    def rate(self, name: str) -> float:
        return float(getattr(self.figures, name)) / self.figures.tried if self.figures.tried else 0.0

    @property
    def watched(self) -> list[tuple[str, int, float]]:
        return [(name, getattr(self.figures, name), self.rate(name)) for name in WATCHED]


def stage_lines(campaign: Campaign, plan: Plan, *, now: datetime) -> list[StageLine]:
    runs = {run.number: run for run in StageRun.objects.filter(campaign=campaign)}
    size = audiences.snapshot(campaign.snapshot_id).count if campaign.snapshot_id else None
    lines = []
    for stage in plan.stages:
        run = runs.get(stage.number)
        at = run.goes_on_at(stage) if run else None
        ripe = at is not None and at <= now and run is not None and run.state == "waiting"
        lines.append(
            StageLine(
                stage=stage,
                run=run,
                figures=figures_of(run.run_id) if run else Figures(),
                expected=_expected(plan, stage, size),
                may_go_on_at=at,
                may_go_on=ripe and stage.number < plan.last and stage.number + 1 not in runs,
            )
        )
    return lines


def _expected(plan: Plan, stage: Stage, size: int | None) -> int | None:
    if size is None or stage.kind != SHARE:
        return None
    lower, upper = plan.bounds(stage.number)
    return round(size * (upper - lower) / BUCKETS)
