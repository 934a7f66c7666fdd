"""Answering: each page is kept, going back harms nothing, and the end comes once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from huiqun.feedback.actions.cases import LOCK
from huiqun.feedback.events import SurveyAnswered
from huiqun.feedback.models import (
    SurveyAnswer,
    SurveyResponse,
    SurveyShowing,
    SurveyText,
    SurveyVersion,
)
from huiqun.feedback.queries.open_surveys import open_for, open_survey
from huiqun.feedback.queries.responses import answers_of
from huiqun.feedback.rules.questions import (
    END,
    Question,
    QuestionKind,
    Value,
    check_value,
    is_finished,
    next_key,
    way,
)
from huiqun.feedback.rules.refusals import AnswerInvalid, SurveyNotFound, SurveyNotOpen
from huiqun.feedback.rules.surveys import Placement, VersionState
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop as _


@transaction.atomic
def offer_survey(*, customer_id: int, now: datetime) -> int | None:
    """The survey that the app offers this customer by itself now, or None: at most so many in so many days, whichever
    they are; what was offered today stays for the day. Being shown is what counts."""
    surveys = open_for(customer_id=customer_id, placement=Placement.APP, now=now)
    done = SurveyResponse.objects.filter(customer_id=customer_id, source="app", completed_at__isnull=False)
    finished = set(done.values_list("survey_id", flat=True))
    surveys = [survey for survey in surveys if survey.pk not in finished]
    if not surveys:
        return None
    today = local_date(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK + 1, str(customer_id)])
    shown = list(SurveyShowing.objects.filter(customer_id=customer_id).values_list("survey_id", "on_date"))
    if today_id := next((pk for pk, day in shown if day == today), None):
        return today_id if today_id in {survey.pk for survey in surveys} else None
    for survey in surveys:
        since = today - timedelta(days=survey.shown_days)
        if sum(day > since for _pk, day in shown) < survey.shown_most:
            SurveyShowing.objects.create(customer_id=customer_id, survey=survey, on_date=today)
            return survey.pk
    return None


@transaction.atomic
def begin_survey(*, survey_id: int, customer_id: int, source: str = "app", now: datetime) -> int:
    """The customer's response to this request, made when there is none; its id. :raises SurveyNotFound, SurveyNotOpen"""
    survey = open_survey(survey_id=survey_id, customer_id=customer_id, now=now)
    response, _is_new = SurveyResponse.objects.get_or_create(
        survey=survey, customer_id=customer_id, source=source, defaults={"made_at": now}
    )
    return response.pk


@transaction.atomic
def answer_page(*, response_id: int, customer_id: int, key: str, value: Value, now: datetime) -> str:
    """Keep one page's answer; the key of the next question, or ``END`` once all is answered. A response that has
    ended stays as it is.

    :raises SurveyNotFound, SurveyNotOpen, AnswerInvalid
    """
    response = _locked(response_id, customer_id)
    if response.completed_at is not None:
        return END
    version = _begun(response, now)
    question = next((each for each in version.questions if each.key == key), None)
    if question is None:
        raise AnswerInvalid(problem=_("there is no such question"))
    _keep(response, question, check_value(question, value))
    response.last_key = key
    response.save(update_fields=("version", "began_at", "last_key"))
    given = answers_of(response)
    if is_finished(version.questions, given):
        _finish(response, version, given, by=None, now=now)
        return END
    following = next_key(version.questions, key, given[key])
    passed = way(version.questions, given)
    return following if following in passed else passed[-1]


@transaction.atomic
def record_interview(
    *,
    survey_id: int,
    customer_id: int,
    values: Mapping[str, Value],
    how: str,
    by: Staff,
    now: datetime,
) -> int:
    """Staff fill in what a customer said at the branch or on the telephone, all at once; the response's id. One a day
    for each customer, survey and way of asking.

    :raises SurveyNotFound, SurveyNotOpen, AnswerInvalid
    """
    survey = open_survey(survey_id=survey_id, customer_id=customer_id, now=now)
    if Placement.STAFF not in survey.placements or how not in ("interview", "call"):
        raise SurveyNotOpen
    source = f"{how}:{local_date(now).isoformat()}"
    response, _is_new = SurveyResponse.objects.get_or_create(
        survey=survey, customer_id=customer_id, source=source, defaults={"made_at": now, "by": by}
    )
    response = _locked(response.pk, customer_id)
    if response.completed_at is not None:
        return response.pk
    version = _begun(response, now)
    checked = {
        each.key: check_value(each, values[each.key]) for each in version.questions if each.key in values
    }
    passed = way(version.questions, checked)
    missing = [key for key in passed if key not in checked]
    if missing:
        raise AnswerInvalid(problem=_("it must be answered"))
    for question in version.questions:
        if question.key in passed:
            _keep(response, question, checked[question.key])
    response.last_key = passed[-1]
    response.save(update_fields=("version", "began_at", "last_key"))
    _finish(response, version, checked, by=by, now=now)
    return response.pk


def _begun(response: SurveyResponse, now: datetime) -> SurveyVersion:
    """Whoever has begun ends with the version they began with. :raises SurveyNotOpen"""
    if not response.survey.is_open(now) or _is_over(response, now):
        raise SurveyNotOpen
    if response.version is None:
        response.version = response.survey.versions.filter(state=VersionState.APPROVED).first()
        response.began_at = now
    if response.version is None:
        raise SurveyNotOpen
    return response.version


def _is_over(response: SurveyResponse, now: datetime) -> bool:
    return response.asked_until is not None and now >= response.asked_until


def _keep(response: SurveyResponse, question: Question, value: Value) -> None:
    """In place of what stood there."""
    SurveyAnswer.objects.filter(response=response, question=question.key).delete()
    SurveyText.objects.filter(response=response, question=question.key).delete()
    known = {"response": response, "customer_id": response.customer_id, "question": question.key}
    if question.kind == QuestionKind.TEXT:
        if isinstance(value, str) and value:
            SurveyText.objects.create(**known, words=value)
        SurveyAnswer.objects.create(**known, choice="text" if value else "")
        return
    pairs: list[tuple[str, str]]
    if isinstance(value, dict):
        pairs = list(value.items())
    else:
        pairs = [("", choice) for choice in ((value,) if isinstance(value, str) else value)]
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(**known, row=row, choice=choice) for row, choice in pairs or [("", "")]
    )


def _finish(
    response: SurveyResponse,
    version: SurveyVersion,
    given: Mapping[str, Value],
    *,
    by: Staff | None,
    now: datetime,
) -> None:
    """Answers that are not on the way any more are dropped: somebody went back and took another one."""
    passed = way(version.questions, given)
    response.answers.exclude(question__in=passed).delete()
    response.texts.exclude(question__in=passed).delete()
    response.completed_at = now
    response.save(update_fields=("completed_at",))
    fact = SurveyAnswered(
        survey_id=response.survey_id,
        customer_id=response.customer_id,
        number=version.number,
        source=response.source,
    )
    facts.record(fact, at=now, by=by, branch_id=response.survey.branch_id)


def _locked(response_id: int, customer_id: int) -> SurveyResponse:
    response: SurveyResponse | None = (
        SurveyResponse.objects.select_for_update(of=("self",))
        .select_related("survey", "version")
        .filter(pk=response_id, customer_id=customer_id)
        .first()
    )
    if response is None:
        raise SurveyNotFound
    return response
