"""Cases, standard answers and surveys for tests."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from huiqun.feedback import actions
from huiqun.feedback.actions.surveys import SurveyTerms
from huiqun.feedback.models import Article, Case, Survey, SurveyResponse
from huiqun.feedback.rules.surveys import five_questions
from tests.conftest import make_staff
from tests.makers.customers import make_customer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def make_case(*, branch: Any = None, customer: Any = None, now: datetime = NOW, **over: Any) -> Case:
    customer = customer or make_customer(branch=branch)
    values = {"kind": "complaint", "category": "counter", "words": f"排队太久了，第{next(_ordinals)}次。"}
    return Case.objects.get(pk=actions.open_case(customer_id=customer.pk, now=now, **(values | over)))


def make_article(*, branch: Any, approved: bool = True, **over: Any) -> Article:
    ordinal = next(_ordinals)
    by = make_staff(f"feedback-writer-{ordinal}", branch, "service_desk")
    values: dict[str, Any] = {
        "question": "信用卡年费怎么减免？",
        "answer": "每年刷卡满六笔，次年年费自动减免，无需申请。",
        "source": "《信用卡服务收费说明》2026版第三条",
        "category": "fees",
        "last_date": date(2027, 6, 30),
    }
    pk = actions.save_article(article_id=None, by=by, now=NOW, **(values | over))
    if approved:
        actions.submit_article(article_id=pk, by=by, now=NOW)
        approver = make_staff(f"feedback-approver-{ordinal}", branch, "compliance_reviewer")
        digest = Article.objects.get(pk=pk).digest
        actions.approve_article(article_id=pk, seen=digest, by=approver, now=NOW)
    return Article.objects.get(pk=pk)


def survey_terms(**over: Any) -> SurveyTerms:
    values: dict[str, Any] = {
        "title": "服务满意度小问卷",
        "words": "五个问题，不到一分钟。",
        "placements": ("app", "group", "activity", "complaint", "staff"),
        "opens_at": NOW - timedelta(days=1),
        "ends_at": NOW + timedelta(days=30),
        "shown_most": 1,
        "shown_days": 30,
    }
    return SurveyTerms(**(values | over))


def make_survey(*, branch: Any, approved: bool = True, questions: Any = None, **over: Any) -> Survey:
    """Written by one and approved by another, both of the branch."""
    ordinal = next(_ordinals)
    by = make_staff(f"feedback-asker-{ordinal}", branch, "operator")
    pk = actions.create_survey(
        terms=survey_terms(**over), questions=questions or five_questions(), by=by, now=NOW
    )
    if approved:
        actions.submit_survey(survey_id=pk, by=by, now=NOW)
        approver = make_staff(f"feedback-reviewer-{ordinal}", branch, "compliance_reviewer")
        version = Survey.objects.get(pk=pk).versions.get()
        actions.approve_survey(survey_id=pk, seen=version.digest, by=approver, now=NOW)
    return Survey.objects.get(pk=pk)


FIVE = (("q1", "5"), ("q2", "4"), ("q3", "a"), ("q4", "9"), ("q5", "排队时间短一些"))


def make_response(*, survey: Survey, customer: Any, source: str = "app") -> SurveyResponse:
    pk = actions.begin_survey(survey_id=survey.pk, customer_id=customer.pk, source=source, now=NOW)
    return SurveyResponse.objects.get(pk=pk)


def make_answered(
    *, survey: Survey, customer: Any, answers: Any = FIVE, source: str = "app"
) -> SurveyResponse:
    response = make_response(survey=survey, customer=customer, source=source)
    for key, value in answers:
        actions.answer_page(response_id=response.pk, customer_id=customer.pk, key=key, value=value, now=NOW)
    return SurveyResponse.objects.get(pk=response.pk)


def _own_response(customer: Any) -> int:
    return make_response(survey=make_survey(branch=customer.branch), customer=customer).pk


ROUTE_OBJECTS = {
    "matter_id": lambda branch: make_case(branch=branch).pk,
    "article_id": lambda branch: make_article(branch=branch).pk,
    "survey_id": lambda branch: make_survey(branch=branch).pk,
    "question_key": lambda branch: "q1",
}
PHONE_OBJECTS = {
    "matter_id": lambda customer: make_case(customer=customer).pk,
    "article_id": lambda customer: make_article(branch=customer.branch).pk,
    "response_id": _own_response,
    "survey_id": lambda customer: make_survey(branch=customer.branch).pk,
}
PHONE_WIDE = ("article_id", "survey_id")
BANK_WIDE = ("question_key",)
