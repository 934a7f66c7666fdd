"""What is told of customers. Surrogate ids, codes and counts only: no fact knows a name or a number."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class CustomersImported(Event):
    """A file of customers was taken in to its last row."""

    about = "import_id"
    words = _("Customers imported")
    import_id: int
    mapping: str
    file_digest: str
    created: int
    updated: int
    unchanged: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ConsentsImported(Event):
    """One chunk of a file's consents entered the ledger; ``root`` is the Merkle root over its rows."""

    about = "batch_id"
    words = _("Consents imported")
    batch_id: int
    import_id: int
    count: int
    root: str


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    about = "customer_id"
    words = _("Consent given")
    customer_id: int
    record_id: int
    channel: str
    purpose: str
    text_version: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    about = "customer_id"
    words = _("Consent withdrawn")
    customer_id: int
    record_id: int
    channel: str
    purpose: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ConsentTextPublished(Event):
    """``outdates`` means that consents to earlier versions no longer count."""

    about = "consent_text_id"
    words = _("Consent text published")
    consent_text_id: int
    channel: str
    purpose: str
    version: str
    outdates: bool


@dataclass(frozen=True, kw_only=True)
class CustomerUnmasked(Event):
    """Somebody read one identifier of one customer, and said what for."""

    about = "customer_id"
    words = _("Customer data shown unmasked")
    customer_id: int
    field: str
    purpose: str
    note_digest: str


@dataclass(frozen=True, kw_only=True)
class CustomersExported(Event):
    """A masked list left the system."""

    about = ""
    words = _("Customer list exported")
    count: int
    filters: str
