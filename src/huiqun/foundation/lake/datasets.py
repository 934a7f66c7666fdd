"""All datasets of this installation: the built-in ones with what HUIQUN_CATALOGUE adds."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from huiqun.foundation.lake import configured
from huiqun.foundation.lake.configured import Configured
from huiqun.foundation.lake.schema import BUILT_IN, Dataset


def _read() -> Configured:
    """A library user who configures only a lake has no catalogue."""
    given: str = getattr(settings, "HUIQUN_CATALOGUE", "")
    return configured.read(Path(given), BUILT_IN) if given else Configured(datasets=BUILT_IN)


CATALOGUE: Configured = _read()
DATASETS: Mapping[str, Dataset] = CATALOGUE.datasets
