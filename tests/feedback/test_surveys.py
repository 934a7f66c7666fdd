"""Surveys: what was approved is what is asked; answers are kept page by page and count once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from openpyxl import load_workbook

from huiqun.feedback import actions
from huiqun.feedback.models import Survey, SurveyAnswer, SurveyResponse, SurveyText
from huiqun.feedback.queries.responses import answers_of, survey_page
from huiqun.feedback.queries.results import crossed, results_of
from huiqun.feedback.rules.questions import (
    END,
    Choice,
    Question,
    QuestionKind,
    check_questions,
    is_finished,
    way,
)
from huiqun.feedback.rules.refusals import (
    AnswerInvalid,
    NotInReview,
    OwnWork,
    ReasonMissing,
    SurveyIncomplete,
    SurveyInReview,
    SurveyNotFound,
    SurveyNotOpen,
    WordsUnlawful,
)
from huiqun.feedback.rules.surveys import Placement, five_questions
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.feedback import (
    FIVE,
    make_answered,
    make_response,
    make_survey,
    survey_terms,
)

BRANCHING = (
    Question(
        key="q1",
        kind=QuestionKind.CHOICE,
        label="参加过我行活动吗？",
        choices=(Choice(key="a", label="参加过"), Choice(key="b", label="没有")),
        goes_to={"b": "q3"},
    ),
    Question(
        key="q2",
        kind=QuestionKind.MATRIX,
        label="请评价",
        choices=(Choice(key="a", label="好"), Choice(key="b", label="一般")),
        rows=(Choice(key="a", label="场地"), Choice(key="b", label="讲师")),
    ),
    Question(
        key="q3",
        kind=QuestionKind.CHOICES,
        label="想参加什么？",
        choices=(
            Choice(key="a", label="沙龙"),
            Choice(key="b", label="讲座"),
            Choice(key="c", label="社区日"),
        ),
    ),
)


class TestRules:
    def test_the_banks_template_is_sound(self) -> None:
        check_questions(five_questions())
        assert len(five_questions()) == 5

    @pytest.mark.parametrize(
        "change",
        [
            {"label": " "},
            {"choices": (Choice(key="a", label="唯一"),)},
            {"choices": (Choice(key="a", label="同"), Choice(key="b", label="同"))},
            {"goes_to": {"a": "q1"}},
            {"goes_to": {"z": "q2"}},
            {"goes_to": {"a": "q9"}},
        ],
    )
    def test_refuses_what_cannot_be_asked(self, change: Any) -> None:
        with pytest.raises(SurveyIncomplete):
            check_questions((replace(BRANCHING[0], **change), *BRANCHING[1:]))

    def test_answers_lead_on(self) -> None:
        assert way(BRANCHING, {}) == ["q1"]
        assert way(BRANCHING, {"q1": "a"}) == ["q1", "q2"]
        assert way(BRANCHING, {"q1": "b"}) == ["q1", "q3"]
        assert is_finished(BRANCHING, {"q1": "b", "q3": ("a",)})
        assert not is_finished(BRANCHING, {"q1": "a", "q3": ("a",)})


@pytest.mark.django_db
class TestReview:
    def make(self, north: Any, **over: Any) -> tuple[Survey, Any, Any]:
        by = make_staff("author", north, "operator", "compliance_reviewer")
        survey_id = actions.create_survey(
            terms=survey_terms(**over), questions=five_questions(), by=by, now=survey_terms().opens_at
        )
        return Survey.objects.get(pk=survey_id), by, make_staff("other", north, "compliance_reviewer")

    def test_is_asked_only_after_somebody_else_has_approved_it(self, north: Any, now: datetime) -> None:
        survey, by, other = self.make(north)
        customer = make_customer(branch=north)
        with pytest.raises(SurveyNotFound):
            make_response(survey=survey, customer=customer)
        actions.submit_survey(survey_id=survey.pk, by=by, now=now)
        version = survey.versions.get()
        with pytest.raises(OwnWork):
            actions.approve_survey(survey_id=survey.pk, seen=version.digest, by=by, now=now)
        with pytest.raises(NotInReview):
            actions.approve_survey(survey_id=survey.pk, seen="0" * 64, by=other, now=now)
        actions.approve_survey(survey_id=survey.pk, seen=version.digest, by=other, now=now)
        assert make_response(survey=survey, customer=customer).pk
        assert facts.about("survey", survey.pk).first().kind == "feedback.SurveyApproved"

    def test_is_frozen_while_it_is_reviewed(self, north: Any, now: datetime) -> None:
        survey, by, _other = self.make(north)
        actions.submit_survey(survey_id=survey.pk, by=by, now=now)
        with pytest.raises(SurveyInReview):
            actions.save_questions(survey_id=survey.pk, questions=BRANCHING, by=by, now=now)
        with pytest.raises(SurveyInReview):
            actions.update_survey(survey_id=survey.pk, terms=survey_terms(title="别的"), by=by, now=now)

    def test_unlawful_words_are_not_submitted(self, north: Any, now: datetime) -> None:
        survey, by, _other = self.make(north, words="我行理财保本保息，稳赚不赔，欢迎评价。")
        with pytest.raises(WordsUnlawful) as refusal:
            actions.submit_survey(survey_id=survey.pk, by=by, now=now)
        assert refusal.value.citations and survey.versions.get().state == "draft"

    def test_a_new_version_leaves_the_old_one_open_until_it_is_approved(
        self, north: Any, now: datetime
    ) -> None:
        survey, by, other = self.make(north)
        actions.submit_survey(survey_id=survey.pk, by=by, now=now)
        digest = survey.versions.get().digest
        actions.approve_survey(survey_id=survey.pk, seen=digest, by=other, now=now)
        begun = make_response(survey=survey, customer=make_customer(branch=north))
        actions.answer_page(response_id=begun.pk, customer_id=begun.customer_id, key="q1", value="5", now=now)
        actions.save_questions(survey_id=survey.pk, questions=BRANCHING, by=by, now=now)
        assert list(survey.versions.order_by("number").values_list("state", flat=True)) == [
            "approved",
            "draft",
        ]
        actions.submit_survey(survey_id=survey.pk, by=by, now=now)
        second = survey.versions.get(number=2)
        actions.approve_survey(survey_id=survey.pk, seen=second.digest, by=other, now=now)
        assert survey.versions.get(number=1).state == "replaced"
        for key, value in FIVE[1:]:
            last = actions.answer_page(
                response_id=begun.pk, customer_id=begun.customer_id, key=key, value=value, now=now
            )
        assert last == END, "whoever has begun ends with the version they began with"

    def test_other_words_need_a_new_review(self, north: Any, now: datetime) -> None:
        survey = make_survey(branch=north)
        by = make_staff("editor", north, "operator")
        actions.update_survey(survey_id=survey.pk, terms=survey_terms(title="换个说法"), by=by, now=now)
        assert not survey.versions.filter(state="approved").exists()
        with pytest.raises(SurveyNotFound):
            make_response(survey=survey, customer=make_customer(branch=north))

    def test_is_another_branchs(self, north: Any, south: Any, now: datetime) -> None:
        survey = make_survey(branch=north)
        with pytest.raises(SurveyNotFound):
            actions.close_survey(survey_id=survey.pk, by=make_staff("s", south, "operator"), now=now)
        with pytest.raises(SurveyNotFound):
            make_response(survey=survey, customer=make_customer(branch=south))


@pytest.mark.django_db
class TestAnswering:
    def test_counts_once_however_often_it_is_sent(self, north: Any, now: datetime) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        done = make_answered(survey=survey, customer=customer)
        assert done.completed_at == now
        again = make_answered(survey=survey, customer=customer)
        assert again.pk == done.pk and SurveyResponse.objects.count() == 1
        assert Fact.objects.filter(kind="feedback.SurveyAnswered").count() == 1
        assert answers_of(done) == dict(FIVE)

    def test_what_ended_stays_as_it_was(self, north: Any, now: datetime) -> None:
        done = make_answered(survey=make_survey(branch=north), customer=make_customer(branch=north))
        last = actions.answer_page(
            response_id=done.pk, customer_id=done.customer_id, key="q1", value="1", now=now
        )
        assert last == END and answers_of(done)["q1"] == "5"

    def test_going_back_takes_another_way(self, north: Any, now: datetime) -> None:
        response = make_response(
            survey=make_survey(branch=north, questions=BRANCHING), customer=make_customer(branch=north)
        )

        def say(key: str, value: Any) -> str:
            return actions.answer_page(
                response_id=response.pk, customer_id=response.customer_id, key=key, value=value, now=now
            )

        assert say("q1", "a") == "q2"
        assert say("q2", {"a": "a", "b": "b"}) == "q3"
        assert say("q1", "b") == "q3"
        assert say("q3", ("a", "c")) == END
        response.refresh_from_db()
        assert answers_of(response) == {"q1": "b", "q3": ("a", "c")}, "what is off the way is dropped"

    @pytest.mark.parametrize(
        "key, value",
        [("q1", "9"), ("q1", ""), ("q3", "z"), ("q4", "11"), ("q4", "-1"), ("q9", "a"), ("q1", ("1",))],
    )
    def test_refuses_what_is_no_answer(self, north: Any, now: datetime, key: str, value: Any) -> None:
        response = make_response(survey=make_survey(branch=north), customer=make_customer(branch=north))
        with pytest.raises(AnswerInvalid):
            actions.answer_page(
                response_id=response.pk, customer_id=response.customer_id, key=key, value=value, now=now
            )
        assert not SurveyAnswer.objects.exists()
        response.refresh_from_db()
        assert response.began_at is None

    def test_is_ones_own(self, north: Any, now: datetime) -> None:
        response = make_response(survey=make_survey(branch=north), customer=make_customer(branch=north))
        stranger = make_customer(branch=north)
        with pytest.raises(SurveyNotFound):
            actions.answer_page(
                response_id=response.pk, customer_id=stranger.pk, key="q1", value="5", now=now
            )
        with pytest.raises(SurveyNotFound):
            survey_page(response_id=response.pk, customer_id=stranger.pk, key="", now=now)

    def test_takes_no_answer_after_its_end(self, north: Any, now: datetime) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        response = make_response(survey=survey, customer=customer)
        for late in (survey.ends_at, survey.opens_at - timedelta(seconds=1)):
            with pytest.raises(SurveyNotOpen):
                actions.answer_page(
                    response_id=response.pk, customer_id=customer.pk, key="q1", value="5", now=late
                )

    def test_is_all_or_nothing(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        make_answered(survey=survey, customer=customer, answers=FIVE[:4])

        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(facts, "record", breaks)
        response = SurveyResponse.objects.get()
        with pytest.raises(RuntimeError):
            actions.answer_page(
                response_id=response.pk, customer_id=customer.pk, key="q5", value="快些", now=now
            )
        response.refresh_from_db()
        assert response.completed_at is None and not SurveyText.objects.exists()

    def test_the_app_offers_no_more_than_its_cap(self, north: Any, now: datetime) -> None:
        one, two = make_survey(branch=north), make_survey(branch=north, title="第二份")
        customer = make_customer(branch=north)

        def offered(days: int) -> int | None:
            return actions.offer_survey(customer_id=customer.pk, now=now + timedelta(days=days))

        first = offered(0)
        assert first in (one.pk, two.pk) and offered(0) == first, "it stays for the day"
        assert offered(1) is None and offered(29) is None
        Survey.objects.update(ends_at=now + timedelta(days=90))
        assert offered(30) in (one.pk, two.pk)

    def test_whoever_took_part_in_an_activity_is_asked(self, north: Any, now: datetime) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        for _ in range(2):
            jobs._jobs["feedback.ask_after_activity"](
                fact_id=1, subject="activity:5", body={"activity_id": 5, "customer_id": customer.pk}
            )
        asked = SurveyResponse.objects.get(survey=survey)
        assert (asked.source, asked.asked_until) == ("activity:5", now + timedelta(days=14))

    def test_staff_fill_in_what_a_customer_says(self, north: Any, now: datetime) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        by = make_staff("rm", north, "relationship_manager")
        told = {"survey_id": survey.pk, "customer_id": customer.pk, "how": "call", "by": by, "now": now}
        with pytest.raises(AnswerInvalid):
            actions.record_interview(**told, values={"q1": "5"})
        assert not SurveyAnswer.objects.exists()
        first = actions.record_interview(**told, values=dict(FIVE))
        assert actions.record_interview(**told, values=dict(FIVE)) == first
        response = SurveyResponse.objects.get()
        assert (response.by_id, response.source) == (by.pk, "call:2026-11-20")


@pytest.mark.django_db(transaction=True)
def test_the_end_comes_once_for_sixteen_taps(north: Any, now: datetime) -> None:
    survey, customer = make_survey(branch=north), make_customer(branch=north)
    make_answered(survey=survey, customer=customer, answers=FIVE[:4])
    response, start = SurveyResponse.objects.get(), Barrier(16)

    def tap(_number: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return actions.answer_page(
                response_id=response.pk, customer_id=customer.pk, key="q5", value="好", now=now
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(tap, range(16))) == {END}
    assert Fact.objects.filter(kind="feedback.SurveyAnswered").count() == 1
    assert SurveyText.objects.count() == 1


@pytest.mark.django_db
class TestResults:
    def test_are_counted_live(self, north: Any, now: datetime) -> None:
        survey = make_survey(branch=north)
        for number in range(12):
            answers = (("q1", "5"), ("q2", "3"), ("q3", "a"), ("q4", "10" if number < 6 else "2"), ("q5", ""))
            make_answered(survey=survey, customer=make_customer(branch=north), answers=answers)
        make_answered(survey=survey, customer=make_customer(branch=north), answers=FIVE[:2])
        results = results_of(survey, now=now)
        assert (results.begun, results.completed) == (13, 12)
        by_key = {each.question.key: each for each in results.questions}
        assert [line.count for line in by_key["q1"].lines] == [0, 0, 0, 0, 12]
        assert by_key["q2"].stopped == 1 and by_key["q1"].stopped == 0
        nps = by_key["q4"].nps
        assert nps is not None and nps.score == 0 and nps.low < -30 and nps.high > 30

    def test_small_groups_are_hidden(self, north: Any, south: Any, head_office: Any, now: datetime) -> None:
        survey = make_survey(branch=head_office)
        for branch, times in ((north, 12), (south, 9)):
            for _ in range(times):
                make_answered(survey=survey, customer=make_customer(branch=branch))
        table = crossed(survey, question="q1", by="branch", now=now)
        assert table is not None
        assert {row.label: row.count for row in table.rows} == {"城北支行": None, "城南支行": None}, (
            "the only other group would tell of the hidden one"
        )
        make_answered(survey=survey, customer=make_customer(branch=south))
        table = crossed(survey, question="q1", by="branch", now=now)
        assert table is not None
        assert {row.label: row.count for row in table.rows} == {"城北支行": 12, "城南支行": 10}

    def test_texts_are_read_by_theme_and_without_numbers(self, north: Any, now: datetime) -> None:
        survey = make_survey(branch=north)
        analyst = make_staff("a", north, "analyst")
        words = ("排队太久，打我电话13912345678", "排队时间长", "活动礼品少")
        for said in words:
            answers = (*FIVE[:4], ("q5", said))
            make_answered(survey=survey, customer=make_customer(branch=north), answers=answers)
        actions.save_theme(survey_id=survey.pk, name="等候", words="排队、等候", by=analyst, now=now)
        text = next(each for each in results_of(survey, now=now).questions if each.question.key == "q5")
        assert {line.label: line.count for line in text.themes} == {"等候": 2, "尚未归类": 1}
        assert not any("139" in said for said in text.texts)
        assert all("排队" not in word for word, _times in text.suggested)

    def test_leave_with_a_purpose_and_without_persons(self, north: Any, now: datetime) -> None:
        survey, customer = make_survey(branch=north), make_customer(branch=north)
        make_answered(survey=survey, customer=customer)
        by = make_staff("a", north, "analyst")
        with pytest.raises(ReasonMissing):
            actions.export_survey(survey_id=survey.pk, purpose=" ", by=by, now=now)
        content = actions.export_survey(survey_id=survey.pk, purpose="季度报告", by=by, now=now)
        cells = [
            cell for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True) for cell in row
        ]
        assert "排队时间短一些" in cells and customer.number not in cells
        assert facts.about("survey", survey.pk).first().body["purpose"] == "季度报告"

    def test_placements_lead_to_the_right_surveys(self, north: Any, now: datetime) -> None:
        make_survey(branch=north, placements=("app",))
        customer = make_customer(branch=north)
        given = {"customer_id": customer.pk, "source": "case:1", "now": now}
        assert actions.request_answers(**given, placement=Placement.COMPLAINT) == 0
        assert actions.request_answers(**given, placement=Placement.APP) == 1
        assert actions.request_answers(**given, placement=Placement.APP) == 0
