"""What compliance announces. ``reviewed`` is the subject under review, such as ``campaign:12``."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ReviewFact(Event):
    """A fact of a review: it is found again under the subject that is reviewed."""

    reviewed: str

    def subject(self) -> str:
        return self.reviewed


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(ReviewFact):
    words = _("Dossier submitted")
    dossier_id: int
    version: int
    digest: str
    author_ids: tuple[int, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepApproved(ReviewFact):
    words = _("Review step approved")
    dossier_id: int
    step_id: int
    role: str
    digest: str
    acting_for_id: int | None
    comment_digest: str
    findings_read: int = 0
    """How many open findings the reviewer said to have read."""


@dataclass(frozen=True, kw_only=True)
class StepReturned(ReviewFact):
    words = _("Review step returned")
    dossier_id: int
    step_id: int
    role: str
    digest: str
    acting_for_id: int | None
    comment_digest: str


@dataclass(frozen=True, kw_only=True)
class DossierApproved(ReviewFact):
    words = _("Dossier approved")
    dossier_id: int
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class DossierReturned(ReviewFact):
    words = _("Dossier returned")
    dossier_id: int
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ApprovalVoided(ReviewFact):
    words = _("Approval voided")
    dossier_id: int
    digest: str
    state_before: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DossierWithdrawn(ReviewFact):
    words = _("Dossier withdrawn")
    dossier_id: int
    digest: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewersReminded(ReviewFact):
    words = _("Reviewers reminded")
    dossier_id: int
    step_id: int
    role: str
    times: int
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class SubjectStopped(ReviewFact):
    words = _("Emergency stop ordered")
    stop_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class StopLifted(ReviewFact):
    words = _("Emergency stop lifted")
    stop_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChainChanged(Event):
    about = "chain_step_id"
    words = _("Review chain changed")
    chain_step_id: int
    change: str
    role: str
    position: int
    working_days: int
    min_budget_fen: int | None
    chain_branch_id: int | None
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class DeputyAppointed(Event):
    about = "deputy_id"
    words = _("Deputy appointed")
    deputy_id: int
    role: str
    principal_staff_id: int
    deputy_staff_id: int
    start_date: str
    end_date: str


@dataclass(frozen=True, kw_only=True)
class DeputyDismissed(Event):
    about = "deputy_id"
    words = _("Deputy dismissed")
    deputy_id: int


@dataclass(frozen=True, kw_only=True)
class LicenceRegistered(Event):
    about = "licence_id"
    words = _("Licence registered")
    licence_id: int
    number: str
    licence_kind: str
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class LicenceChanged(Event):
    about = "licence_id"
    words = _("Licence changed")
    licence_id: int
    changed: tuple[str, ...]
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class LicenceEnded(Event):
    about = "licence_id"
    words = _("Licence ended")
    licence_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LicenceExpiring(Event):
    """A reminder, 30, 7 or 1 days before."""

    about = "licence_id"
    words = _("Licence expires soon")
    licence_id: int
    expires_date: str
    days: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class LicenceExpired(Event):
    about = "licence_id"
    words = _("Licence expired")
    licence_id: int
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class EvidenceVerified(Event):
    about = "verification_id"
    words = _("Evidence verified")
    verification_id: int
    seals: int
    facts: int
    ledger_batches: int
    problems: int


@dataclass(frozen=True, kw_only=True)
class EvidenceExported(ReviewFact):
    words = _("Evidence exported")
    zip_digest: str
    facts: int


@dataclass(frozen=True, kw_only=True)
class FileChecked(Event):
    about = "file_id"
    words = _("File given to be checked")
    file_id: int
    file_kind: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class FindingWaived(ReviewFact):
    words = _("Finding waived")
    dossier_id: int
    waiver_id: int
    digest: str
    part: str
    rule: str
    start: int | None
    end: int | None
    severity: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WaiverWithdrawn(ReviewFact):
    words = _("Waiver withdrawn")
    dossier_id: int
    waiver_id: int
    digest: str
    part: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class DossierOutdated(ReviewFact):
    """What is approved and still goes out breaks rules that did not find it when it was submitted."""

    words = _("Recheck: today's rulebook forbids it")
    dossier_id: int
    digest: str
    rules: tuple[str, ...]
    blocking: int
    rulebook_version: str


@dataclass(frozen=True, kw_only=True)
class ReviewExported(ReviewFact):
    words = _("Review exported as a document")
    dossier_id: int
    digest: str
    pdf_digest: str
    state: str
