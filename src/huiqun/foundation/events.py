"""What foundation itself announces."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class KeysRotated(Event):
    """Values that an older key held were encrypted again; ``what`` is the name they are registered by."""

    about = ""
    words = _("Encryption keys rotated")
    what: str
    rewritten: int


@dataclass(frozen=True, kw_only=True)
class LakeDiffered(Event):
    """On ``days`` days the lake did not hold as many rows as PostgreSQL had recorded: ``missing`` from it or
    in ``surplus``; ``mended`` when it does now. ``counts`` tells the first of those days."""

    about = "flow"
    words = _("Lake differed from the records")
    flow: str
    dataset: str
    days: int
    missing: int
    surplus: int
    mended: bool
    counts: tuple[Mapping[str, str | int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class LakeArchived(Event):
    """``files`` of old months moved to the archive, as ``version`` says."""

    about = ""
    words = _("Old months moved to the archive")
    version: int
    files: int


@dataclass(frozen=True, kw_only=True)
class LakeDamaged(Event):
    """Files of the lake that are gone or are not what was written, found by the nightly check."""

    about = ""
    words = _("Damaged files found in the lake")
    version: int
    files: tuple[str, ...]
