"""Surveys: written, frozen, reviewed, open, closed. The survey's row is locked before its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiqun.feedback.actions.wording import findings_in
from huiqun.feedback.events import (
    SurveyApproved,
    SurveyClosed,
    SurveyReturned,
    SurveySaved,
    SurveySubmitted,
)
from huiqun.feedback.models import Survey, SurveyResponse, SurveyVersion
from huiqun.feedback.rules.questions import Question, check_questions, words_of
from huiqun.feedback.rules.refusals import (
    NotInReview,
    OwnWork,
    SurveyIncomplete,
    SurveyInReview,
    SurveyNotFound,
    SurveyNotOpen,
)
from huiqun.feedback.rules.surveys import Placement, VersionState
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class SurveyTerms:
    """``ends_at`` is exclusive."""

    title: str
    words: str
    placements: tuple[str, ...]
    opens_at: datetime
    ends_at: datetime
    shown_most: int
    shown_days: int


@transaction.atomic
def create_survey(*, terms: SurveyTerms, questions: Sequence[Question], by: Staff, now: datetime) -> int:
    """A survey with its first version, still to be reviewed; its id. :raises SurveyIncomplete"""
    _check_terms(terms)
    if questions:
        check_questions(questions)
    if by.branch_id is None:
        raise SurveyNotFound
    survey = Survey.objects.create(**_columns(terms), branch_id=by.branch_id, made_by=by, made_at=now)
    kept = [each.as_kept() for each in questions]
    SurveyVersion.objects.create(survey=survey, number=1, kept=kept, authors=[by.pk])
    _saved(survey, 1, len(kept), by=by, now=now)
    return survey.pk


@transaction.atomic
def update_survey(*, survey_id: int, terms: SurveyTerms, by: Staff, now: datetime) -> None:
    """Change what surrounds the questions. What customers read of it is part of what is approved: other words need
    a new version. :raises SurveyNotFound, SurveyIncomplete, SurveyInReview"""
    _check_terms(terms)
    survey = _locked(survey_id, by)
    _require_not_in_review(survey)
    reworded = (survey.title, survey.words) != (terms.title, terms.words)
    for name, value in _columns(terms).items():
        setattr(survey, name, value)
    if reworded:
        approved = survey.versions.filter(state=VersionState.APPROVED).first()
        if approved is not None:
            approved.state = VersionState.REPLACED
            approved.save(update_fields=("state",))
        draft = _draft(survey, by)
        draft.save()
    survey.save()
    draft_number = survey.versions.order_by("-number").values_list("number", flat=True)[0]
    _saved(survey, draft_number, -1, by=by, now=now)


@transaction.atomic
def save_questions(*, survey_id: int, questions: Sequence[Question], by: Staff, now: datetime) -> int:
    """Write the questions into the version that is being written, a new one where the last was approved; its number.

    What customers are answering goes on as it was approved.
    :raises SurveyNotFound, SurveyIncomplete, SurveyInReview
    """
    check_questions(questions)
    survey = _locked(survey_id, by)
    _require_not_in_review(survey)
    draft = _draft(survey, by)
    draft.kept = [each.as_kept() for each in questions]
    draft.save()
    _saved(survey, draft.number, len(draft.kept), by=by, now=now)
    return int(draft.number)


@transaction.atomic
def submit_survey(*, survey_id: int, by: Staff, now: datetime) -> None:
    """Freeze the version that is written, with what the check of its words found, for compliance review.

    :raises SurveyNotFound, SurveyIncomplete, NotInReview, WordsUnlawful
    """
    survey = _locked(survey_id, by)
    version = survey.versions.filter(state=VersionState.DRAFT).first()
    if version is None:
        raise NotInReview
    check_questions(version.questions)
    version.findings = findings_in(words_of(survey.title, survey.words, version.questions), now=now)
    version.state, version.digest, version.submitted_at = VersionState.IN_REVIEW, version.own_digest(), now
    version.save()
    fact = SurveySubmitted(
        survey_id=survey.pk, number=version.number, digest=version.digest, findings=len(version.findings)
    )
    facts.record(fact, at=now, by=by, branch_id=survey.branch_id)


@transaction.atomic
def approve_survey(*, survey_id: int, seen: str, by: Staff, now: datetime) -> None:
    """Let it be asked, by somebody who has not written it, on the digest that the page showed; it takes the place of
    the version before. :raises SurveyNotFound, NotInReview, OwnWork"""
    survey = _locked(survey_id, by)
    version = _reviewed(survey, seen, by)
    survey.versions.filter(state=VersionState.APPROVED).update(state=VersionState.REPLACED)
    version.state, version.decided_by, version.decided_at = VersionState.APPROVED, by, now
    version.save()
    fact = SurveyApproved(survey_id=survey.pk, number=version.number, digest=version.digest)
    facts.record(fact, at=now, by=by, branch_id=survey.branch_id)


@transaction.atomic
def return_survey(*, survey_id: int, seen: str, note: str, by: Staff, now: datetime) -> None:
    """:raises SurveyNotFound, NotInReview, OwnWork"""
    survey = _locked(survey_id, by)
    version = _reviewed(survey, seen, by)
    digest, version.digest = version.digest, ""
    version.state, version.note = VersionState.DRAFT, note.strip()[:300]
    version.save()
    fact = SurveyReturned(survey_id=survey.pk, number=version.number, digest=digest)
    facts.record(fact, at=now, by=by, branch_id=survey.branch_id)


@transaction.atomic
def close_survey(*, survey_id: int, by: Staff, now: datetime) -> None:
    """No more answers. :raises SurveyNotFound, SurveyNotOpen"""
    survey = _locked(survey_id, by)
    if survey.closed_at is not None:
        raise SurveyNotOpen
    survey.closed_at = now
    survey.save(update_fields=("closed_at",))
    answers = SurveyResponse.objects.filter(survey=survey, completed_at__isnull=False).count()
    facts.record(
        SurveyClosed(survey_id=survey.pk, answers=answers), at=now, by=by, branch_id=survey.branch_id
    )


def _check_terms(terms: SurveyTerms) -> None:
    if not terms.title.strip():
        raise SurveyIncomplete(problem=_("it has no title"))
    if terms.ends_at <= terms.opens_at:
        raise SurveyIncomplete(problem=_("it ends before it opens"))
    if not set(terms.placements) <= set(Placement):
        raise SurveyIncomplete(problem=_("it is offered at a place that there is not"))


def _columns(terms: SurveyTerms) -> dict[str, object]:
    return {
        "title": terms.title.strip(),
        "words": terms.words.strip(),
        "placements": list(terms.placements),
        "opens_at": terms.opens_at,
        "ends_at": terms.ends_at,
        "shown_most": terms.shown_most,
        "shown_days": terms.shown_days,
    }


def _draft(survey: Survey, by: Staff) -> SurveyVersion:
    """The version that is being written; a copy of the last one where there is none."""
    draft = survey.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        last = survey.versions.order_by("-number")[0]
        draft = SurveyVersion(survey=survey, number=last.number + 1, kept=last.kept)
    draft.authors = sorted({*draft.authors, by.pk})
    return draft


def _reviewed(survey: Survey, seen: str, by: Staff) -> SurveyVersion:
    version = survey.versions.filter(state=VersionState.IN_REVIEW).first()
    if version is None or version.digest != seen or version.own_digest() != seen:
        raise NotInReview
    if by.pk in version.authors:
        raise OwnWork
    return version


def _require_not_in_review(survey: Survey) -> None:
    if survey.versions.filter(state=VersionState.IN_REVIEW).exists():
        raise SurveyInReview


def _saved(survey: Survey, number: int, questions: int, *, by: Staff, now: datetime) -> None:
    fact = SurveySaved(survey_id=survey.pk, number=number, questions=questions)
    facts.record(fact, at=now, by=by, branch_id=survey.branch_id)


def _locked(survey_id: int, by: Staff) -> Survey:
    survey: Survey | None = (
        Survey.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=survey_id).first()
    )
    if survey is None:
        raise SurveyNotFound
    return survey
