"""How fresh the lake is, what was delivered, and which of its files hold whose rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from huiqun.audiences.models import Delivery, DeliveryState
from huiqun.foundation import lake
from huiqun.foundation.lake import Source
from huiqun.foundation.models import Fact
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound
from huiqun.lib.words import gettext_noop

LABELS = {
    "profiles": _("Customer profiles"),
    "attributes": _("Customer attributes"),
    "holdings": _("Holdings"),
    "aum": _("Assets under management by month"),
    "transactions": _("Transactions"),
    "app_events": _("App behaviour"),
    "touches": _("Contacts and responses"),
}
RHYTHM_WORDS: Mapping[int, str] = {
    0: gettext_noop("no fixed rhythm"),
    1: gettext_noop("every day"),
    7: gettext_noop("every week"),
    31: gettext_noop("every month"),
}
TROUBLES = ("foundation.LakeDiffered", "foundation.LakeDamaged")
MOST_SOURCES = 20


@dataclass(frozen=True, kw_only=True)
class DatasetState:
    """``sources`` are the newest of those whose rows there are, with how many; ``keeps`` the days of retention."""

    name: str
    label: str
    files: int
    rows: int
    megabytes: float
    last_day: date | None
    keeps: int | None
    archive: "Archived | None"
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Archived:
    """What of a dataset lives in the archive: ``until`` its newest day there."""

    files: int
    megabytes: float
    until: date | None


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """``rhythm`` and ``label`` are for people; ``last`` is when its newest file was taken in."""

    name: str
    label: str
    dataset: str
    dataset_label: str
    rhythm: str
    due: str
    last: datetime | None
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class LakeState:
    """``archive`` is where old months go, without whatever is secret about it; "" where they stay."""

    version: int
    archive: str
    archive_days: int
    published_at: datetime | None
    datasets: tuple[DatasetState, ...]
    sources: tuple[SourceState, ...]
    troubles: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Where the rows of one delivery are now: (path, rows, version it came with)."""

    delivery: Delivery
    files: tuple[tuple[str, int, int], ...]

    @property
    def rows(self) -> int:
        return sum(rows for _path, rows, _version in self.files)


def lake_state(*, now: datetime) -> LakeState:
    current = lake.manifest()
    return LakeState(
        version=current.version,
        archive=lake.shown_archive(),
        archive_days=lake.archive_days(),
        published_at=datetime.fromisoformat(current.published_at) if current.published_at else None,
        datasets=tuple(_dataset(name, current) for name in lake.DATASETS),
        sources=_sources(now),
        troubles=tuple(Fact.objects.filter(kind__in=TROUBLES).order_by("-id")[:10]),
    )


def late_sources(*, now: datetime) -> tuple[SourceState, ...]:
    """Whose file should have come by now."""
    return tuple(each for each in _sources(now) if each.is_late)


def lineage(delivery_id: int) -> Lineage:
    """:raises NotFound"""
    delivery: Delivery | None = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound()
    held = ((file, dict(file.sources).get(delivery.told, 0)) for file in lake.manifest().of(delivery.dataset))
    files = ((file.path, rows, file.published_in) for file, rows in held if rows)
    return Lineage(delivery=delivery, files=tuple(files))


def dataset_label(name: str) -> str:
    """What the bank's staff call a dataset."""
    return str(LABELS.get(name) or lake.CATALOGUE.labels.get(name, name))


def source_label(name: str) -> str:
    """What the bank's staff call a source of the catalogue."""
    return next((each.label for each in lake.CATALOGUE.sources if each.name == name), name)


def _dataset(name: str, current: lake.Manifest) -> DatasetState:
    files = current.of(name)
    counted: Counter[str] = Counter()
    for file in reversed(files):
        counted.update(dict(file.sources))
    return DatasetState(
        name=name,
        label=dataset_label(name),
        files=len(files),
        rows=sum(file.rows for file in files),
        megabytes=sum(file.bytes for file in files) / 1e6,
        last_day=current.last_day(name),
        keeps=lake.CATALOGUE.retention.get(name),
        archive=_archived(files),
        sources=tuple((source, rows) for source, rows in counted.items() if source)[:MOST_SOURCES],
    )


def _archived(files: Sequence[lake.LakeFile]) -> Archived | None:
    away = [file for file in files if file.archived]
    if not away:
        return None
    days = [file.last_day for file in away if file.last_day]
    return Archived(
        files=len(away),
        megabytes=sum(file.bytes for file in away) / 1e6,
        until=date.fromisoformat(max(days)) if days else None,
    )


def _sources(now: datetime) -> tuple[SourceState, ...]:
    taken_in = Delivery.objects.filter(state=DeliveryState.TAKEN_IN).exclude(source="")
    newest: dict[str, Any] = dict(
        taken_in.values_list("source").annotate(last=Max("received_at")).values_list("source", "last")
    )
    return tuple(_source(each, newest.get(each.name), now) for each in lake.CATALOGUE.sources)


def _source(source: Source, last: datetime | None, now: datetime) -> SourceState:
    return SourceState(
        name=source.name,
        label=source.label,
        dataset=source.dataset,
        dataset_label=dataset_label(source.dataset),
        rhythm=RHYTHM_WORDS[source.rhythm],
        due=f"{source.due:%H:%M}" if source.rhythm else "",
        last=last,
        is_late=source.is_late(last=local_date(last) if last else None, now=now),
    )
