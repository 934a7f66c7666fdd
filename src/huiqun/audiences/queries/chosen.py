"""Whom a version would choose just now, without freezing it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.ids import array_of
from huiqun.audiences.models import AudienceVersion
from huiqun.audiences.queries.audiences import branches_below
from huiqun.audiences.queries.scopes import scope_of
from huiqun.lib import allocation
from huiqun.lib.refusal import NotFound

BATCH = 100_000
ARMS = pa.array(["treatment", "control"])


def chosen_ids(*, rule: Any, branch_ids: Sequence[int] | None, today: date) -> BitMap:
    """Whom a rule chooses, as a bitmap of one's own. :raises RuleInvalid, TooHeavy, Busy"""
    node = rules.parse(rule)
    return bitmaps.chosen(node, scope_of(node, today=today, branch_ids=branch_ids))


def chosen_batches(
    *, audience_version_id: int, key: str, branch_id: int, control_share: int, today: date
) -> Iterator[pa.RecordBatch]:
    """``customer_id``, ``arm``, ``bucket`` as a snapshot under ``key`` would have them, by ascending id.

    Worked out at once, not at the first batch. :raises NotFound, RuleInvalid, TooHeavy, Busy
    """
    version = AudienceVersion.objects.filter(pk=audience_version_id).first()
    if version is None:
        raise NotFound()
    scope = scope_of(rules.parse(version.rule), today=today, branch_ids=branches_below(branch_id))
    ids = array_of(bitmaps.chosen(rules.parse(version.rule), scope))
    return _batches(ids, key, control_share)


def _batches(ids: np.ndarray, key: str, control_share: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        bucket = allocation.buckets(part, key)
        arm = pa.DictionaryArray.from_arrays((bucket < control_share).astype(np.int8), ARMS).cast(pa.string())
        yield pa.record_batch(
            {"customer_id": pa.array(part.astype(np.int64)), "arm": arm, "bucket": pa.array(bucket)}
        )
