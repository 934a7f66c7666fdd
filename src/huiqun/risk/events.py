"""What is told of risk. Surrogate ids, counts and codes; never a device, an address or a name."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ClaimStopped(Event):
    """``outcome`` is challenge or refuse; ``scorecard_id`` None is the one as delivered."""

    about = "judgement_id"
    words = _("Claim challenged or refused by the scorecard")
    judgement_id: int
    customer_id: int
    benefit_id: int
    outcome: str
    reason: str
    scorecard_id: int | None


@dataclass(frozen=True, kw_only=True)
class ClaimHeld(Event):
    """``reference`` is the caller's own name of what waits, such as ``claim:12``."""

    about = "case_id"
    words = _("Case opened for a held claim")
    case_id: int
    judgement_id: int
    customer_id: int
    reference: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class HeldClaimReleased(Event):
    about = "case_id"
    words = _("Held claim released by an officer")
    case_id: int
    customer_id: int
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HeldClaimRefused(Event):
    about = "case_id"
    words = _("Held claim refused by an officer")
    case_id: int
    customer_id: int
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppealMade(Event):
    about = "case_id"
    words = _("Appeal made against a refused claim")
    case_id: int
    judgement_id: int
    customer_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class AppealAccepted(Event):
    about = "case_id"
    words = _("Appeal accepted")
    case_id: int
    judgement_id: int
    customer_id: int
    benefit_id: int
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppealRejected(Event):
    about = "case_id"
    words = _("Appeal rejected")
    case_id: int
    judgement_id: int
    customer_id: int
    benefit_id: int
    reference: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CaseOverdue(Event):
    about = "case_id"
    words = _("Risk case not decided within its clock")
    case_id: int
    case_kind: str


@dataclass(frozen=True, kw_only=True)
class CaseRaised(Event):
    """Something unusual in what the bank delivered; ``key`` keeps it from being raised twice."""

    about = "case_id"
    words = _("Unusual data raised a risk case")
    case_id: int
    case_kind: str
    key: str


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    about = "case_id"
    words = _("Risk case closed")
    case_id: int
    case_kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RestrictionAsked(Event):
    """A request to the bank, which decides; nothing is restricted by it."""

    about = "case_id"
    words = _("Restriction asked of the bank")
    case_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RestrictionAnswered(Event):
    about = "case_id"
    words = _("The bank answered a request for restriction")
    case_id: int
    granted: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScorecardDrafted(Event):
    about = "scorecard_id"
    words = _("Scorecard drafted")
    scorecard_id: int
    card_digest: str


@dataclass(frozen=True, kw_only=True)
class ScorecardBackTested(Event):
    about = "scorecard_id"
    words = _("Scorecard back-tested on past claims")
    scorecard_id: int
    card_digest: str
    claims: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class ScorecardProposed(Event):
    about = "scorecard_id"
    words = _("Scorecard proposed")
    scorecard_id: int
    card_digest: str


@dataclass(frozen=True, kw_only=True)
class ScorecardActivated(Event):
    about = "scorecard_id"
    words = _("Scorecard activated")
    scorecard_id: int
    card_digest: str
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class ScorecardDeclined(Event):
    about = "scorecard_id"
    words = _("Scorecard declined")
    scorecard_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class FreezeMade(Event):
    about = "freeze_id"
    words = _("Devices or customers frozen")
    freeze_id: int
    frozen: int
    until: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FreezeLifted(Event):
    about = "freeze_id"
    words = _("Freeze lifted")
    freeze_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RingFound(Event):
    about = "ring_id"
    words = _("Group of linked customers found")
    ring_id: int
    ring_kind: str
    members: int


@dataclass(frozen=True, kw_only=True)
class RingDismissed(Event):
    about = "ring_id"
    words = _("Group of linked customers found harmless")
    ring_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TrafficUnusual(Event):
    """``watched`` is the campaign; claims of the last five minutes against the same minutes of earlier days."""

    words = _("Unusual traffic of claims")
    watched: str
    seen: int
    expected: int
    days: int
