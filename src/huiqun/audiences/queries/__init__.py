"""Reads: counting and sampling a rule, audiences, snapshots."""

from huiqun.audiences.queries.audiences import (
    AudienceChoice,
    AudienceFacts,
    audience,
    audience_choices,
    branches_below,
    version,
)
from huiqun.audiences.queries.counting import Count, Missing, Sample, count, sample, sql
from huiqun.audiences.queries.presets import Preset, preset
from huiqun.audiences.queries.snapshots import SnapshotFacts, is_member, snapshot, snapshot_batches
from huiqun.audiences.queries.words import outline, sentence

__all__ = [
    "AudienceChoice",
    "AudienceFacts",
    "Count",
    "Missing",
    "Preset",
    "Sample",
    "SnapshotFacts",
    "audience",
    "audience_choices",
    "branches_below",
    "count",
    "is_member",
    "outline",
    "preset",
    "sample",
    "sentence",
    "snapshot",
    "snapshot_batches",
    "sql",
    "version",
]
