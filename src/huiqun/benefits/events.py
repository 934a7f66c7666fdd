"""What is told of benefits. Offers belong to a subject, such as ``campaign:12``."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class BenefitCreated(Event):
    about = "benefit_id"
    words = _("Benefit created")
    benefit_id: int
    offered_by: str
    quantity: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitUpdated(Event):
    about = "benefit_id"
    words = _("Benefit changed")
    benefit_id: int
    changed: tuple[str, ...]
    quantity: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitRemoved(Event):
    about = "benefit_id"
    words = _("Benefit removed")
    benefit_id: int
    offered_by: str


@dataclass(frozen=True, kw_only=True)
class BenefitFrozen(Event):
    about = "benefit_id"
    words = _("Benefit frozen for review")
    benefit_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitThawed(Event):
    about = "benefit_id"
    words = _("Benefit opened for editing again")
    benefit_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitClaimed(Event):
    """``left`` pieces remained after this claim."""

    about = "benefit_id"
    words = _("Benefit claimed")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    left: int
