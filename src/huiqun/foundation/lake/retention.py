"""How long a dataset's days are kept: as the catalogue says (``retention``), otherwise for ever."""

from datetime import date, datetime, timedelta

from huiqun.foundation.lake.datasets import CATALOGUE, DATASETS
from huiqun.foundation.lake.manifest import LakeFile, manifest
from huiqun.foundation.lake.writing import Rewrite, rewrite, swap
from huiqun.lib.days import local_date


def first_day_kept(dataset: str, *, now: datetime) -> date | None:
    """Days before it are past their time; None when all are kept."""
    days = CATALOGUE.retention.get(dataset)
    return local_date(now) - timedelta(days=days) if days else None


def retire(*, now: datetime) -> int:
    """Take what is past its time out of the current version: whole files where all of a file is, otherwise
    the file is written anew without those days. How many files; they are swept with their last version."""
    return len(swap([each for name in DATASETS for each in _of(name, now)], now=now))


def _of(dataset: str, now: datetime) -> list[Rewrite]:
    first = first_day_kept(dataset, now=now)
    if first is None:
        return []
    old = [each for each in manifest().of(dataset) if each.first_day and each.first_day < first.isoformat()]
    return [_without(file, first) for file in old]


def _without(file: LakeFile, first: date) -> Rewrite:
    if file.last_day and file.last_day < first.isoformat():
        return Rewrite(old=(file,), new=None, draft=None)
    return rewrite([file], where=f"dt >= DATE '{first.isoformat()}'", order=file.sorted_by)
