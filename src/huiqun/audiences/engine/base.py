"""What every engine can do: say whom a rule chooses. One definition of a rule, whoever works it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from pyroaring import BitMap

from huiqun.audiences.rules import Node


@dataclass(frozen=True, kw_only=True)
class Scope:
    """When and over what a rule is worked out. ``today`` is the bank's local day; ``lake_version`` the version
    of the lake that is read; ``branch_ids`` None is the whole bank. ``sides`` are tables of ids that a rule may
    name and the lake does not hold: who is in other audiences (``audience_12``)."""

    today: date
    lake_version: int
    branch_ids: tuple[int, ...] | None = None
    sides: Mapping[str, BitMap] = field(default_factory=dict, hash=False)


class Engine(Protocol):
    """Ids are surrogate customer ids below 2³², as everywhere in the lake."""

    name: str

    def chosen(self, node: Node, scope: Scope) -> BitMap:
        """Whom the rule chooses. :raises TooHeavy when it does not fit into the memory of a job"""
        ...

    def unknown(self, node: Node, scope: Scope) -> Sequence[int]:
        """For how many customers each of ``rules.fields_that_can_be_missing`` is unknown, in that order."""
        ...

    def sql(self, node: Node, scope: Scope) -> str:
        """What is run, for analysts."""
        ...
