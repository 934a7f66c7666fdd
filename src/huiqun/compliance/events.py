"""What compliance announces. ``reviewed`` is the subject under review, such as ``campaign:12``."""

from dataclasses import dataclass

from huiqun.lib.event import Event


@dataclass(frozen=True, kw_only=True)
class ReviewFact(Event):
    """A fact of a review: it is found again under the subject that is reviewed."""

    reviewed: str

    def subject(self) -> str:
        return self.reviewed


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(ReviewFact):
    dossier_id: int
    version: int
    digest: str
    author_ids: tuple[int, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepApproved(ReviewFact):
    dossier_id: int
    step_id: int
    role: str
    digest: str
    acting_for_id: int | None
    comment_digest: str


@dataclass(frozen=True, kw_only=True)
class StepReturned(ReviewFact):
    dossier_id: int
    step_id: int
    role: str
    digest: str
    acting_for_id: int | None
    comment_digest: str


@dataclass(frozen=True, kw_only=True)
class DossierApproved(ReviewFact):
    dossier_id: int
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class DossierReturned(ReviewFact):
    dossier_id: int
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ApprovalVoided(ReviewFact):
    dossier_id: int
    digest: str
    state_before: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DossierWithdrawn(ReviewFact):
    dossier_id: int
    digest: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewersReminded(ReviewFact):
    dossier_id: int
    step_id: int
    role: str
    times: int
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class SubjectStopped(ReviewFact):
    stop_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class StopLifted(ReviewFact):
    stop_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChainChanged(Event):
    about = "chain_step_id"
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
    deputy_id: int
    role: str
    principal_staff_id: int
    deputy_staff_id: int
    start_date: str
    end_date: str


@dataclass(frozen=True, kw_only=True)
class DeputyDismissed(Event):
    about = "deputy_id"
    deputy_id: int


@dataclass(frozen=True, kw_only=True)
class LicenceRegistered(Event):
    about = "licence_id"
    licence_id: int
    number: str
    licence_kind: str
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class LicenceChanged(Event):
    about = "licence_id"
    licence_id: int
    changed: tuple[str, ...]
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class LicenceEnded(Event):
    about = "licence_id"
    licence_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LicenceExpired(Event):
    about = "licence_id"
    licence_id: int
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class EvidenceVerified(Event):
    about = "verification_id"
    verification_id: int
    seals: int
    facts: int
    ledger_batches: int
    problems: int


@dataclass(frozen=True, kw_only=True)
class EvidenceExported(ReviewFact):
    zip_digest: str
    facts: int
