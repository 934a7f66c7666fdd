"""Writes: saving audiences, freezing who they are, taking in what the bank delivers."""

from huiqun.audiences.actions.audiences import SavedAudience, archive_audience, save_audience
from huiqun.audiences.actions.deliveries import ingest_delivery
from huiqun.audiences.actions.snapshots import freeze_snapshot

__all__ = ["SavedAudience", "archive_audience", "freeze_snapshot", "ingest_delivery", "save_audience"]
