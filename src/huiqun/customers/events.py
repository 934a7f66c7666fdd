"""What is told of customers. Surrogate ids, codes and counts only: no fact knows a name or a number."""

from collections.abc import Mapping
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


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """Somebody asked that a customer's data be erased; another person decides."""

    about = "customer_id"
    words = _("Erasure asked for")
    customer_id: int
    erasure_id: int
    ground: str


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(Event):
    about = "customer_id"
    words = _("Erasure declined")
    customer_id: int
    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """All that is declared to be erased was, also of records ``merged`` into this one. ``erased`` and ``kept``
    name the models, how many rows, and why rows are kept."""

    about = "customer_id"
    words = _("Customer's data erased")
    customer_id: int
    erasure_id: int
    ground: str
    merged: tuple[int, ...]
    erased: tuple[Mapping[str, str | int], ...]
    kept: tuple[Mapping[str, str | int], ...]


@dataclass(frozen=True, kw_only=True)
class CustomersErasedFromLake(Event):
    """No file of the lake holds these customers any more; so many ``files`` were written anew."""

    about = ""
    words = _("Erased customers left the lake")
    count: int
    files: int
    lake_version: int
