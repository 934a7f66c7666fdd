"""One row per customer with everything that rules ask most often, worked out once for a day."""

from huiqun.audiences.features.building import build
from huiqun.audiences.features.declared import declared_features
from huiqun.audiences.features.reading import attach, table_of
from huiqun.audiences.features.refreshing import refresh
from huiqun.audiences.features.states import State, current, find, sweep
from huiqun.audiences.features.ticking import tick
from huiqun.audiences.features.wanted import Feature, features_of

__all__ = [
    "Feature",
    "State",
    "attach",
    "build",
    "current",
    "declared_features",
    "features_of",
    "find",
    "refresh",
    "sweep",
    "table_of",
    "tick",
]
