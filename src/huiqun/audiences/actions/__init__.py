"""Writes: saving audiences, freezing who they are, keeping who is in them, taking in what the bank delivers."""

from huiqun.audiences.actions.audiences import SavedAudience, archive_audience, save_audience
from huiqun.audiences.actions.deliveries import ingest_delivery
from huiqun.audiences.actions.exports import MembersFile, export_members
from huiqun.audiences.actions.lookups import explain_member
from huiqun.audiences.actions.memberships import (
    Refreshed,
    memberships_are_behind,
    refresh_membership,
    refresh_memberships,
    sweep_memberships,
)
from huiqun.audiences.actions.schedules import end_schedule, freeze_scheduled, schedule_snapshots
from huiqun.audiences.actions.sizes import watch_size
from huiqun.audiences.actions.snapshot_members import MembersPage, SnapshotMember, read_snapshot_members
from huiqun.audiences.actions.snapshots import freeze_snapshot
from huiqun.audiences.actions.telling import tell_of_late_deliveries

__all__ = [
    "MembersFile",
    "MembersPage",
    "Refreshed",
    "SavedAudience",
    "SnapshotMember",
    "archive_audience",
    "end_schedule",
    "explain_member",
    "export_members",
    "freeze_scheduled",
    "freeze_snapshot",
    "ingest_delivery",
    "memberships_are_behind",
    "read_snapshot_members",
    "refresh_membership",
    "refresh_memberships",
    "save_audience",
    "schedule_snapshots",
    "sweep_memberships",
    "tell_of_late_deliveries",
    "watch_size",
]
