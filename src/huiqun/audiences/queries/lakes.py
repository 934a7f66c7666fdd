"""How fresh the lake is, and what was delivered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from huiqun.foundation import lake

LABELS = {
    "profiles": _("Customer profiles"),
    "attributes": _("Customer attributes"),
    "holdings": _("Holdings"),
    "aum": _("Assets under management by month"),
    "transactions": _("Transactions"),
    "app_events": _("App behaviour"),
}


@dataclass(frozen=True, kw_only=True)
class DatasetState:
    name: str
    label: str
    files: int
    rows: int
    megabytes: float
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class LakeState:
    version: int
    published_at: datetime | None
    datasets: tuple[DatasetState, ...]


def lake_state() -> LakeState:
    current = lake.manifest()
    return LakeState(
        version=current.version,
        published_at=datetime.fromisoformat(current.published_at) if current.published_at else None,
        datasets=tuple(_dataset(name, current) for name in lake.DATASETS),
    )


def _dataset(name: str, current: lake.Manifest) -> DatasetState:
    files = current.of(name)
    return DatasetState(
        name=name,
        label=str(LABELS.get(name, name)),
        files=len(files),
        rows=sum(file.rows for file in files),
        megabytes=sum(file.bytes for file in files) / 1e6,
        last_day=current.last_day(name),
    )
