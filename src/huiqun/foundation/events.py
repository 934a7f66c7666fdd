"""What foundation itself announces."""

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
