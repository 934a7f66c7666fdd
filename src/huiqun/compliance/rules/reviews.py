"""Who may decide on a dossier, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from huiqun.lib.days import BANK_ZONE, add_working_days, local_date
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

CLOSE_OF_BUSINESS = time(18)


class AlreadyInReview(Refusal):
    code = "compliance.already_in_review"
    sentence = _("Version %(version)s is still under review. Withdraw it before you submit another.")


class AlreadyApproved(Refusal):
    code = "compliance.already_approved"
    sentence = _("This very version is already approved; there is nothing to submit.")


class BlockingFindings(Refusal):
    code = "compliance.blocking_findings"
    sentence = _("%(count)s blocking findings stop the submission. Mend the marked words first.")


class NothingToReview(Refusal):
    code = "compliance.nothing_to_review"
    sentence = _("The dossier holds no copy to review. Write at least one variant first.")


class StalePage(Refusal):
    code = "compliance.stale_page"
    sentence = _(
        "The dossier has changed since you opened this page. Open it again and look before you decide."
    )


class ReviewOver(Refusal):
    code = "compliance.review_over"
    sentence = _("This dossier is no longer under review, so nothing was decided.")


class StepNotOpen(Refusal):
    code = "compliance.step_not_open"
    sentence = _("An earlier step has not been decided yet. Steps are taken in order.")


class StepDecided(Refusal):
    code = "compliance.step_decided"
    sentence = _("This step has already been decided; your click changed nothing.")


class NotYourStep(Refusal):
    code = "compliance.not_your_step"
    sentence = _("This step belongs to another role. Only its reviewers or their deputies decide it.")
    status = 403


class AuthorCannotReview(Refusal):
    code = "compliance.author_cannot_review"
    sentence = _("Authors do not review their own version, nor does anyone on an author's behalf.")
    status = 403


class OnePersonOneStep(Refusal):
    code = "compliance.one_person_one_step"
    sentence = _("You have already acted on this version. Each step needs a different person.")
    status = 403


class CommentNeeded(Refusal):
    code = "compliance.comment_needed"
    sentence = _("Say what has to change before you return a dossier.")


class ChecklistOpen(Refusal):
    code = "compliance.checklist_open"
    sentence = _("Tick every point of the checklist, or return the dossier with a comment.")


class NotYourDossier(Refusal):
    code = "compliance.not_your_dossier"
    sentence = _("Only its authors may withdraw a dossier or remind its reviewers.")
    status = 403


class RemindedJustNow(Refusal):
    code = "compliance.reminded_just_now"
    sentence = _("The reviewers were reminded at %(at)s. You may remind them again an hour later.")


class ReasonNeeded(Refusal):
    code = "compliance.reason_needed"
    sentence = _("Give a reason; it becomes part of the evidence.")


class AlreadyStopped(Refusal):
    code = "compliance.already_stopped"
    sentence = _("It is already stopped.")


class NotStopped(Refusal):
    code = "compliance.not_stopped"
    sentence = _("It is not stopped, so there is nothing to lift.")


class AuthorCannotLift(Refusal):
    code = "compliance.author_cannot_lift"
    sentence = _("An author of the stopped version may not lift the stop. Ask another officer.")
    status = 403


class NotApproved(Refusal):
    code = "compliance.not_approved"
    sentence = _("This version is not approved, so nothing may be sent.")


class ApprovalOutdated(Refusal):
    code = "compliance.approval_outdated"
    sentence = _(
        "Today's rulebook forbids what was approved here, so nothing may be sent. Mend it and have it reviewed again."
    )


class Stopped(Refusal):
    code = "compliance.stopped"
    sentence = _("An emergency stop is in force: %(reason)s")


class DossierAltered(Refusal):
    code = "compliance.dossier_altered"
    sentence = _("The stored dossier no longer fits its digest. Nothing is sent; tell the auditors.")


class BadDeputy(Refusal):
    code = "compliance.bad_deputy"
    sentence = _("A deputy is another person who also reviews, for a period of at most 90 days.")


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    state: str
    version: int
    role: str


@dataclass(frozen=True, kw_only=True)
class DossierFacts:
    """``hands`` are all who decided a step of this version, and all on whose behalf someone did."""

    state: str
    digest: str
    author_ids: Collection[int]
    hands: Collection[int]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who decides, and on whose behalf (a deputy), if not their own."""

    staff_id: int
    acting_for_id: int | None = None

    def people(self) -> set[int]:
        return {self.staff_id} | ({self.acting_for_id} if self.acting_for_id else set())


def check_page(
    *, dossier: DossierFacts, step: StepFacts, expected_digest: str, expected_version: int | None
) -> None:
    """:raises StalePage, ReviewOver, StepNotOpen, StepDecided"""
    if expected_digest != dossier.digest:
        raise StalePage()
    if step.state in ("approved", "returned"):
        raise StepDecided()
    if dossier.state != "in_review":
        raise ReviewOver()
    if step.state != "open":
        raise StepNotOpen()
    if expected_version is not None and expected_version != step.version:
        raise StalePage()


def check_hand(*, dossier: DossierFacts, hand: Hand) -> None:
    """No author and nobody twice, in person or through a deputy. :raises AuthorCannotReview, OnePersonOneStep"""
    if hand.people() & set(dossier.author_ids):
        raise AuthorCannotReview()
    if hand.people() & set(dossier.hands):
        raise OnePersonOneStep()


def blocking(findings: Sequence[object]) -> int:
    """How many of a dossier body's findings block."""
    return sum(1 for each in findings if isinstance(each, dict) and each.get("severity") == "block")


def due_time(opened_at: datetime, working_days: int) -> datetime:
    """Close of business on the last working day that the step may take."""
    last = add_working_days(local_date(opened_at), working_days)
    return datetime.combine(last, CLOSE_OF_BUSINESS, BANK_ZONE).astimezone(UTC)
