"""Reads: counting and sampling a rule, audiences, snapshots, memberships."""

from huiqun.audiences.queries.audiences import (
    AudienceChoice,
    AudienceFacts,
    audience,
    audience_choices,
    branches_below,
    version,
)
from huiqun.audiences.queries.chosen import chosen_batches, chosen_ids
from huiqun.audiences.queries.counting import Count, Counting, Missing, Sample, count, counting, sample, sql
from huiqun.audiences.queries.funnel import Funnel, FunnelStep, funnel
from huiqun.audiences.queries.horizon import data_warnings, require_data
from huiqun.audiences.queries.membership import (
    Change,
    MembershipFacts,
    changed_cards,
    changed_ids,
    changes,
    is_in,
    members,
    membership,
    membership_batches,
    used_by,
)
from huiqun.audiences.queries.overlap import Overlap, OverlapSet, Pair, Region, overlap
from huiqun.audiences.queries.presets import Preset, preset
from huiqun.audiences.queries.profile import AudienceProfile, Bar, ProfileGroup, profile
from huiqun.audiences.queries.progress import LeafProgress, Progress, nearly_ids, progress
from huiqun.audiences.queries.snapshots import SnapshotFacts, is_member, snapshot, snapshot_batches
from huiqun.audiences.queries.trend import (
    Moved,
    ScheduleFacts,
    SizePoint,
    moved,
    schedules,
    size_watch,
    trend,
)
from huiqun.audiences.queries.typed import Imported, export_rule, import_rule, read_rule_text, rule_text
from huiqun.audiences.queries.why import Why, WhyLine, why
from huiqun.audiences.queries.words import outline, sentence

__all__ = [
    "AudienceChoice",
    "AudienceFacts",
    "AudienceProfile",
    "Bar",
    "Change",
    "Count",
    "Counting",
    "Funnel",
    "FunnelStep",
    "Imported",
    "LeafProgress",
    "MembershipFacts",
    "Missing",
    "Moved",
    "Overlap",
    "OverlapSet",
    "Pair",
    "Preset",
    "ProfileGroup",
    "Progress",
    "Region",
    "Sample",
    "ScheduleFacts",
    "SizePoint",
    "SnapshotFacts",
    "Why",
    "WhyLine",
    "audience",
    "audience_choices",
    "branches_below",
    "changed_cards",
    "changed_ids",
    "changes",
    "chosen_batches",
    "chosen_ids",
    "count",
    "counting",
    "data_warnings",
    "export_rule",
    "funnel",
    "import_rule",
    "is_in",
    "is_member",
    "members",
    "membership",
    "membership_batches",
    "moved",
    "nearly_ids",
    "outline",
    "overlap",
    "preset",
    "profile",
    "progress",
    "read_rule_text",
    "require_data",
    "rule_text",
    "sample",
    "schedules",
    "sentence",
    "size_watch",
    "snapshot",
    "snapshot_batches",
    "sql",
    "trend",
    "used_by",
    "version",
    "why",
]
