"""What is asked of the lake on its own, and by what its answer is known again.

Two conditions with the same SQL over the same files choose the same people: so a key is a digest of both. The day
is in the SQL where it matters, and only there; files of other datasets do not matter.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

from sqlglot import exp

from huiqun.audiences import rules
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.features.relations import tables
from huiqun.audiences.features.wanted import REFERENCE
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import Group, Leaf
from huiqun.foundation import lake

Thing = TypeVar("Thing")
EVERYBODY = Group(path="rule", every=True, items=())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One condition for the whole bank; or everybody, of some branches."""

    leaf: Leaf | None = None
    branch_ids: tuple[int, ...] | None = None

    @property
    def node(self) -> Leaf | Group:
        return self.leaf or EVERYBODY

    @property
    def reference(self) -> str:
        """The name of the side table that answers, if it is one that does."""
        if self.leaf is None or not self.leaf.field.name.startswith(REFERENCE):
            return ""
        return side_of(self.leaf)

    @property
    def is_light(self) -> bool:
        """Whether a column or two of the profiles is all that is read."""
        return self.leaf is None or self.leaf.field.profile is not None

    def on_row(self, columns: Mapping[str, str]) -> bool:
        """Whether a customer's row of the feature file with these columns tells."""
        return self.leaf is None or self.is_light or feature_key(self.leaf) in columns

    def key(self, scope: Scope) -> str:
        """What the answer over the lake's files is known by."""
        place = engine().name, str(lake.folder()), scope.lake_version
        return _key(Alike(self, _by(self), scope.today), scope.today, *place)

    def query(
        self, today: date, *, features: Mapping[str, str] | None = None, table: str = "profiles"
    ) -> exp.Select:
        return rules.compile_rule(
            self.node, today=today, branch_ids=self.branch_ids, features=features, table=table
        )


def side_of(leaf: Leaf) -> str:
    """``audience:12`` is answered by the table of ids ``audience_12``."""
    return leaf.field.name.replace(":", "_")


def digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=20).hexdigest()


@lru_cache(maxsize=16)
def stamps_of(folder: str, version: int) -> Mapping[str, str]:
    """For each dataset of a version what its files are known by."""
    paths: dict[str, list[str]] = {}
    for file in lake.manifest(version).files:
        paths.setdefault(file.dataset, []).append(file.path)
    return {dataset: digest(*sorted(each)) for dataset, each in paths.items()}


class Alike(Generic[Thing]):
    """Something to compile, the same as another when ``by`` is: by it the outcome is kept."""

    def __init__(self, thing: Thing, *by: object) -> None:
        self.thing, self.by = thing, by

    def __hash__(self) -> int:
        return hash(self.by)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and self.by == other.by


def decides(leaf: Leaf) -> tuple[object, ...]:
    """All that a condition is compiled from, beside the day. A field is known by what it is rather than by all
    that it holds, its lists of values among them: whoever keeps this keeps the leaf, and with it the field."""
    return id(leaf.field), feature_key(leaf), leaf.operator, leaf.value, leaf.include_missing


def _by(asked: Asked) -> object:
    return decides(asked.leaf) if asked.leaf is not None else asked.branch_ids


@lru_cache(maxsize=8192)
def _key(asked: Alike[Asked], today: date, engine_name: str, folder: str, version: int) -> str:
    text, datasets = _written(asked, today)
    stamps = stamps_of(folder, version)
    return digest(engine_name, text, *(f"{name}:{stamps.get(name, '')}" for name in datasets))


@lru_cache(maxsize=4096)
def _written(asked: Alike[Asked], today: date) -> tuple[str, tuple[str, ...]]:
    """The SQL over the lake's datasets, and which those are."""
    query = asked.thing.query(today)
    return rules.sql_text(query), tuple(sorted(tables(query)))
