"""One customer's answers, and what a customer is asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from huiqun.feedback.models import SurveyResponse, SurveyVersion
from huiqun.feedback.rules.questions import Question, QuestionKind, Value, way
from huiqun.feedback.rules.refusals import SurveyNotFound, SurveyNotOpen
from huiqun.feedback.rules.surveys import VersionState


def answers_of(response: SurveyResponse) -> dict[str, Value]:
    """By question, in the form that the rules know."""
    if response.version is None:
        return {}
    kinds = {each.key: each.kind for each in response.version.questions}
    given: dict[str, Value] = {}
    for answer in response.answers.order_by("id"):
        kind = kinds.get(answer.question)
        if kind == QuestionKind.MATRIX:
            rows = given.setdefault(answer.question, {})
            if answer.row and isinstance(rows, dict):
                rows[answer.row] = answer.choice
        elif kind == QuestionKind.CHOICES:
            before = given.get(answer.question, ())
            given[answer.question] = (*before, *filter(None, (answer.choice,)))
        elif kind == QuestionKind.TEXT:
            given[answer.question] = ""
        else:
            given[answer.question] = answer.choice
    given |= {text.question: text.words or "" for text in response.texts.all()}
    return given


@dataclass(frozen=True, kw_only=True)
class SurveyPage:
    """One question of a response, as the phone shows it; ``previous`` is the key of the one before, or ""."""

    response: SurveyResponse
    question: Question | None
    value: Value | None
    place: int
    total: int
    previous: str
    is_done: bool


def survey_page(*, response_id: int, customer_id: int, key: str, now: datetime) -> SurveyPage:
    """The question ``key`` where it is on the customer's way, else the first that is not answered.

    :raises SurveyNotFound, SurveyNotOpen
    """
    rows = SurveyResponse.objects.select_related("survey", "version")
    response = rows.filter(pk=response_id, customer_id=customer_id).first()
    if response is None:
        raise SurveyNotFound
    if response.completed_at is not None:
        return SurveyPage(
            response=response, question=None, value=None, place=0, total=0, previous="", is_done=True
        )
    if not response.survey.is_open(now) or (response.asked_until and now >= response.asked_until):
        raise SurveyNotOpen
    version = response.version or _approved(response)
    given = answers_of(response)
    passed = way(version.questions, given)
    key = key if key in passed else passed[-1]
    place = passed.index(key)
    return SurveyPage(
        response=response,
        question=next(each for each in version.questions if each.key == key),
        value=given.get(key),
        place=place + 1,
        total=len(version.questions),
        previous=passed[place - 1] if place else "",
        is_done=False,
    )


def _approved(response: SurveyResponse) -> SurveyVersion:
    version: SurveyVersion | None = response.survey.versions.filter(state=VersionState.APPROVED).first()
    if version is None:
        raise SurveyNotOpen
    return version


def asked_of(customer_id: int, *, now: datetime) -> list[SurveyResponse]:
    """What a customer was asked or has begun, and can still answer."""
    rows = SurveyResponse.objects.filter(
        Q(asked_until__isnull=True) | Q(asked_until__gt=now),
        customer_id=customer_id,
        completed_at=None,
        survey__closed_at=None,
        survey__ends_at__gt=now,
        survey__opens_at__lte=now,
        survey__versions__state=VersionState.APPROVED,
    )
    return list(rows.select_related("survey").order_by("-id").distinct()[:20])


def answered_by(customer_id: int) -> list[SurveyResponse]:
    rows = SurveyResponse.objects.filter(customer_id=customer_id, completed_at__isnull=False)
    return list(rows.select_related("survey").order_by("-completed_at")[:20])
