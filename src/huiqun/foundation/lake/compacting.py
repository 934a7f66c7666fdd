"""Many small files become few, in an order in which selective questions read little.

A closed month becomes one file sorted by kind, what it was about, and customer; small files of the running
month are folded into one. The rows stay the same, each event once; the new file is made beside the lake while
others publish.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.manifest import LakeFile, manifest
from huiqun.foundation.lake.schema import Dataset
from huiqun.foundation.lake.writing import rewrite, swap
from huiqun.lib.days import local_date

KINDS = ("kind", "product_kind", "topic")
"""Columns that tell rows apart coarsely: rows of one kind lie together, and reading them alone is cheap."""
SMALL = 1_000_000
"""Files of fewer rows are folded together."""


def compact(*, now: datetime) -> int:
    """How many files gave way to larger ones. :raises FileDamaged, LakeFull with nothing changed"""
    folded = 0
    for files, order in _due(local_date(now)):
        folded += sum(len(each.old) for each in swap([rewrite(files, order=order)], now=now))
    return folded


def _due(today: date) -> list[tuple[list[LakeFile], tuple[str, ...]]]:
    return [each for dataset in DATASETS.values() if dataset.is_events for each in _of(dataset, today)]


def _of(dataset: Dataset, today: date) -> Iterator[tuple[list[LakeFile], tuple[str, ...]]]:
    partitions: dict[str, list[LakeFile]] = defaultdict(list)
    for file in manifest().of(dataset.name):
        partitions[file.partition].append(file)
    order = order_of(dataset)
    for files in partitions.values():
        if _is_closed(files, today):
            if len(files) > 1 or files[0].sorted_by != order:
                yield files, order
        elif len(small := [file for file in files if file.rows < SMALL]) > 1:
            yield small, order


def order_of(dataset: Dataset) -> tuple[str, ...]:
    """Rules ask for a kind and what it was about; a person's rows lie together."""
    about = (name for name in KINDS if name in dataset.names)
    return (*about, "customer_id", "at", "event_id")


def _is_closed(files: Sequence[LakeFile], today: date) -> bool:
    """All of it is of months that are over."""
    last = max((file.last_day or "" for file in files), default="")
    return bool(last) and last < today.replace(day=1).isoformat()
