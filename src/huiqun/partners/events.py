"""What is told of partners: ids, codes and days, never a person's name or an account."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class PartnerRegistered(Event):
    about = "partner_id"
    words = _("Partner registered")
    partner_id: int
    partner_kind: str


@dataclass(frozen=True, kw_only=True)
class PartnerChanged(Event):
    about = "partner_id"
    words = _("Partner changed")
    partner_id: int
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartnerSuspended(Event):
    """Its clerks and programs are shut out; ``for_good`` when the partnership is over."""

    about = "partner_id"
    words = _("Partner suspended")
    partner_id: int
    for_good: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class PartnerResumed(Event):
    about = "partner_id"
    words = _("Partner taken up again")
    partner_id: int


@dataclass(frozen=True, kw_only=True)
class ContractDrafted(Event):
    about = "partner_id"
    words = _("Partner contract drafted")
    partner_id: int
    contract_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ContractChanged(Event):
    about = "partner_id"
    words = _("Partner contract changed")
    partner_id: int
    contract_id: int
    changed: tuple[str, ...]
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ContractPaperKept(Event):
    about = "partner_id"
    words = _("Paper of a partner contract kept")
    partner_id: int
    contract_id: int
    paper_digest: str


@dataclass(frozen=True, kw_only=True)
class ContractConfirmed(Event):
    """A second person has put it in force, having seen these terms."""

    about = "partner_id"
    words = _("Partner contract put in force")
    partner_id: int
    contract_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ContractEnded(Event):
    about = "partner_id"
    words = _("Partner contract ended early")
    partner_id: int
    contract_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContractExpiring(Event):
    about = "partner_id"
    words = _("Partner contract expires soon")
    partner_id: int
    contract_id: int
    last_date: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ClerkInvited(Event):
    """Also when a new first password is given out."""

    about = "partner_id"
    words = _("Partner's clerk invited")
    partner_id: int
    clerk_id: int
    is_manager: bool


@dataclass(frozen=True, kw_only=True)
class ClerkShutOut(Event):
    about = "partner_id"
    words = _("Partner's clerk shut out")
    partner_id: int
    clerk_id: int
    sessions: int


@dataclass(frozen=True, kw_only=True)
class ClerkSignedIn(Event):
    about = "partner_id"
    words = _("Partner's clerk signed in")
    partner_id: int
    clerk_id: int


@dataclass(frozen=True, kw_only=True)
class ClerkLocked(Event):
    about = "partner_id"
    words = _("Partner's clerk locked after wrong passwords")
    partner_id: int
    clerk_id: int


@dataclass(frozen=True, kw_only=True)
class PartnerKeyBound(Event):
    about = "partner_id"
    words = _("Interface key bound to a partner")
    partner_id: int
    api_key_id: int


@dataclass(frozen=True, kw_only=True)
class PartnerKeyReleased(Event):
    about = "partner_id"
    words = _("Interface key released from a partner")
    partner_id: int
    api_key_id: int
