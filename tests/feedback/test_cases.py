"""Customers write; the desk answers within its clocks; nothing is closed over a customer's head."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from huiqun.delivery.models import Suppression
from huiqun.feedback import actions
from huiqun.feedback.models import Case, CaseEntry, SurveyResponse
from huiqun.feedback.rules.cases import Clock
from huiqun.feedback.rules.refusals import (
    AnswerMissing,
    CaseClosed,
    CaseEmpty,
    CaseNotClosed,
    CaseNotFound,
    CaseTaken,
    CaseUnclear,
    HeadOfficeDecides,
    NoSuchColleague,
    NotExtendable,
    ReasonMissing,
    TooManyCases,
    WordsUnlawful,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact, Notice
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.delivery import make_recipient, make_sent
from tests.makers.feedback import make_article, make_case, make_survey


def kinds() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db
class TestOpening:
    def test_a_complaint_has_two_clocks(self, north: Any, now: datetime) -> None:
        case = make_case(branch=north)
        assert case.answer_due_at == now + timedelta(hours=72)
        assert case.decide_due_date is not None and case.decide_due_date.isoformat() == "2026-12-05"
        assert [each for each in kinds() if each.startswith("feedback.")] == [
            "feedback.CaseOpened",
            "feedback.ComplaintMade",
        ]

    def test_a_questions_clock_runs_while_the_bank_works(self, north: Any, now: datetime) -> None:
        """Friday 10:00 and eight hours of work: Monday 10:00."""
        case = make_case(branch=north, kind="question")
        assert case.answer_due_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        assert case.decide_due_date is None

    def test_sent_twice_is_one_case(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        one = make_case(customer=customer, words="为什么收我年费？")
        two = make_case(customer=customer, words="为什么收我年费？")
        assert one.pk == two.pk and Fact.objects.filter(kind="feedback.CaseOpened").count() == 1

    def test_words_are_encrypted(self, north: Any, now: datetime) -> None:
        make_case(branch=north, words="我的电话是13912345678，请回电。")
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM feedback_case")
            assert b"139" not in bytes(cursor.fetchone()[0])

    @pytest.mark.parametrize(
        "over, refusal",
        [
            ({"words": "  "}, CaseEmpty),
            ({"kind": "praise"}, CaseUnclear),
            ({"category": "weather"}, CaseUnclear),
        ],
    )
    def test_refuses_what_is_no_case(self, north: Any, now: datetime, over: Any, refusal: Any) -> None:
        with pytest.raises(refusal):
            make_case(branch=north, **over)
        assert not Case.objects.exists() and not kinds()

    def test_a_flood_is_held(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        for number in range(10):
            make_case(customer=customer, words=f"第{number}条")
        with pytest.raises(TooManyCases):
            make_case(customer=customer, words="再来一条")
        assert make_case(customer=customer, words="次日", now=now + timedelta(days=1, seconds=1))

    def test_who_complains_about_a_message_gets_no_more_by_its_channel(
        self, north: Any, now: datetime
    ) -> None:
        sent = make_sent(branch=north)
        actions.open_case(
            customer_id=sent.customer_id,
            kind="complaint",
            category="messages",
            words="别再发了",
            recipient_id=sent.pk,
            now=now,
        )
        assert Case.objects.get().regards == sent.run.subject
        row = Suppression.objects.get(customer_id=sent.customer_id)
        assert (row.channel, row.reason, row.until_at) == ("sms", "complained", None)

    def test_anothers_message_tells_nothing(self, north: Any, now: datetime) -> None:
        theirs = make_recipient(branch=north)
        case = make_case(branch=north, category="messages", recipient_id=theirs.pk)
        assert case.regards == ""
        assert Suppression.objects.get(customer_id=case.customer_id).channel == ""

    def test_is_all_or_nothing(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        from huiqun.delivery import actions as delivery

        def breaks(**_given: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(delivery, "suppress", breaks)
        with pytest.raises(RuntimeError):
            make_case(branch=north, category="messages")
        assert not Case.objects.exists() and not kinds()


@pytest.mark.django_db
class TestDesk:
    def test_answers_in_time_and_closes(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = make_case(branch=north)
        survey = make_survey(branch=north)
        later = now + timedelta(hours=71)
        actions.answer_case(case_id=case.pk, words="非常抱歉，已增开窗口。", by=service_desk, now=later)
        case.refresh_from_db()
        assert (case.state, case.assigned_to_id, case.late_answers) == ("answered", service_desk.pk, 0)
        assert case.clock_of_answer(later) == Clock.MET
        actions.close_case(case_id=case.pk, by=service_desk, now=later)
        case.refresh_from_db()
        assert (case.state, case.closed_at) == ("closed", later)
        assert facts.about("case", case.pk).first().body["in_time"] is True
        asked = SurveyResponse.objects.get(survey=survey)
        assert (asked.customer_id, asked.source) == (case.customer_id, f"case:{case.pk}")

    def test_a_late_answer_is_late(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = make_case(branch=north)
        late = now + timedelta(hours=72, seconds=1)
        assert case.clock_of_answer(late) == Clock.LATE
        actions.answer_case(case_id=case.pk, words="抱歉，回复迟了。", by=service_desk, now=late)
        case.refresh_from_db()
        assert case.late_answers == 1 and case.clock_of_answer(late) == Clock.MISSED
        assert facts.about("case", case.pk).first().body["in_time"] is False

    def test_closes_nothing_without_an_answer(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = make_case(branch=north)
        actions.take_case(case_id=case.pk, by=service_desk, now=now)
        actions.note_case(case_id=case.pk, words="客户其实没道理", by=service_desk, now=now)
        with pytest.raises(AnswerMissing):
            actions.close_case(case_id=case.pk, by=service_desk, now=now)
        with pytest.raises(IntegrityError):
            Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now)

    def test_closes_nothing_while_the_last_words_are_unanswered(
        self, north: Any, service_desk: Any, now: datetime
    ) -> None:
        case = make_case(branch=north)
        actions.answer_case(case_id=case.pk, words="已经处理。", by=service_desk, now=now)
        actions.come_back(case_id=case.pk, customer_id=case.customer_id, words="没有解决", now=now)
        with pytest.raises(AnswerMissing):
            actions.close_case(case_id=case.pk, by=service_desk, now=now)

    def test_refuses_unlawful_words_with_the_law(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = make_case(branch=north)
        words = "这款理财保本保息，收益稳赚不赔，您放心。"
        with pytest.raises(WordsUnlawful) as refusal:
            actions.answer_case(case_id=case.pk, words=words, by=service_desk, now=now)
        assert refusal.value.citations
        case.refresh_from_db()
        assert case.state == "new" and not CaseEntry.objects.exists()

    def test_another_branch_finds_nothing(self, north: Any, south: Any, now: datetime) -> None:
        case, other = make_case(branch=north), make_staff("other", south, "service_desk")
        with pytest.raises(CaseNotFound):
            actions.answer_case(case_id=case.pk, words="您好", by=other, now=now)

    def test_is_taken_by_one(self, north: Any, service_desk: Any, now: datetime) -> None:
        case, other = make_case(branch=north), make_staff("other", north, "service_desk")
        for _ in range(2):
            actions.take_case(case_id=case.pk, by=service_desk, now=now)
        with pytest.raises(CaseTaken):
            actions.take_case(case_id=case.pk, by=other, now=now)
        assert kinds().count("feedback.CaseTakenOn") == 1

    def test_is_handed_to_the_head_office_but_not_to_another_branch(
        self, head_office: Any, north: Any, south: Any, service_desk: Any, now: datetime
    ) -> None:
        case = make_case(branch=north)
        above = make_staff("above", head_office, "service_desk")
        beside = make_staff("beside", south, "service_desk")
        for wrong, refusal in ((beside.pk, NoSuchColleague), (0, NoSuchColleague)):
            with pytest.raises(refusal):
                actions.hand_over_case(case_id=case.pk, to_id=wrong, why="涉及总行", by=service_desk, now=now)
        with pytest.raises(ReasonMissing):
            actions.hand_over_case(case_id=case.pk, to_id=above.pk, why=" ", by=service_desk, now=now)
        actions.hand_over_case(case_id=case.pk, to_id=above.pk, why="涉及总行", by=service_desk, now=now)
        case.refresh_from_db()
        assert (case.assigned_to_id, case.state) == (above.pk, "working")

    def test_the_head_office_gives_more_time_once(
        self, head_office: Any, north: Any, service_desk: Any, now: datetime
    ) -> None:
        case, above = make_case(branch=north), make_staff("above", head_office, "service_desk")
        with pytest.raises(HeadOfficeDecides):
            actions.extend_case(case_id=case.pk, why="需向商户核实", by=service_desk, now=now)
        actions.extend_case(case_id=case.pk, why="需向商户核实", by=above, now=now)
        case.refresh_from_db()
        assert case.decide_due_date is not None and case.decide_due_date.isoformat() == "2027-01-19"
        with pytest.raises(NotExtendable):
            actions.extend_case(case_id=case.pk, why="还要更久", by=above, now=now)

    def test_a_question_is_not_extended(self, head_office: Any, now: datetime) -> None:
        above = make_staff("above", head_office, "service_desk")
        case = make_case(branch=head_office, kind="question")
        with pytest.raises(NotExtendable):
            actions.extend_case(case_id=case.pk, why="很复杂", by=above, now=now)

    def test_names_the_standard_answer_that_was_used(
        self, north: Any, service_desk: Any, now: datetime
    ) -> None:
        case, article = make_case(branch=north), make_article(branch=north)
        actions.answer_case(
            case_id=case.pk, words=article.answer, article_id=article.pk, by=service_desk, now=now
        )
        assert CaseEntry.objects.get().article_id == article.pk
        assert facts.about("case", case.pk).first().body["article_id"] == article.pk


@pytest.mark.django_db
class TestCustomer:
    def closed(self, north: Any, by: Any, now: datetime) -> Case:
        case = make_case(branch=north)
        actions.answer_case(case_id=case.pk, words="已经处理。", by=by, now=now)
        actions.close_case(case_id=case.pk, by=by, now=now)
        return case

    def test_comes_back_within_thirty_days(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = self.closed(north, service_desk, now)
        back = now + timedelta(days=30)
        actions.come_back(case_id=case.pk, customer_id=case.customer_id, words="又发生了", now=back)
        case.refresh_from_db()
        assert (case.state, case.answered_at, case.closed_at) == ("working", None, None)
        assert case.answer_due_at == back + timedelta(hours=72)
        assert case.decide_due_date is not None and case.decide_due_date.isoformat() == "2027-01-04"

    def test_is_too_late_after_that(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = self.closed(north, service_desk, now)
        with pytest.raises(CaseClosed):
            actions.come_back(
                case_id=case.pk,
                customer_id=case.customer_id,
                words="又发生了",
                now=now + timedelta(days=30, seconds=1),
            )

    def test_rates_once_and_only_ones_own(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = self.closed(north, service_desk, now)
        for rating in (4, 1):
            actions.rate_case(case_id=case.pk, customer_id=case.customer_id, rating=rating, now=now)
        case.refresh_from_db()
        assert case.rating == 4 and kinds().count("feedback.CaseRated") == 1
        with pytest.raises(CaseNotFound):
            actions.rate_case(case_id=case.pk, customer_id=make_customer(branch=north).pk, rating=5, now=now)
        for rating in (0, 6):
            with pytest.raises(CaseNotClosed):
                actions.rate_case(case_id=case.pk, customer_id=case.customer_id, rating=rating, now=now)


@pytest.mark.django_db
class TestClocks:
    def test_tells_each_level_once(
        self, head_office: Any, north: Any, service_desk: Any, risk_officer: Any, now: datetime
    ) -> None:
        case, above = make_case(branch=north), make_staff("above", head_office, "service_desk")
        actions.take_case(case_id=case.pk, by=service_desk, now=now)

        def told(hours: float) -> set[str]:
            before = set(Notice.objects.values_list("pk", flat=True))
            actions.remind_cases(now=now + timedelta(hours=hours))
            new = Notice.objects.exclude(pk__in=before).select_related("staff")
            return {notice.staff.username for notice in new}

        assert told(47.9) == set()
        assert told(48) == {"service"}
        assert told(60) == set()
        assert told(72.1) == {"service", "above"}
        assert told(80) == set()
        assert told(24 * 14) == {"service", "above", "risk"}
        assert told(24 * 15) == set()
        assert above and Case.objects.get().level == 3

    def test_says_nothing_of_what_is_answered_or_closed(
        self, north: Any, service_desk: Any, now: datetime
    ) -> None:
        case = make_case(branch=north)
        actions.answer_case(case_id=case.pk, words="已经处理。", by=service_desk, now=now)
        assert actions.remind_cases(now=now + timedelta(hours=100)) == 0
        actions.close_case(case_id=case.pk, by=service_desk, now=now)
        assert actions.remind_cases(now=now + timedelta(days=20)) == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def crowd(self, jobs: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(jobs))

        def run(job: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return job()
            except (CaseTaken, CaseClosed, AnswerMissing) as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(run, jobs))

    def test_sixteen_taps_are_one_case(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)

        def tap() -> int:
            return actions.open_case(
                customer_id=customer.pk, kind="complaint", category="fees", words="乱收费", now=now
            )

        assert len(set(self.crowd([tap] * 16))) == 1 and Case.objects.count() == 1

    def test_one_of_two_takes_it(self, north: Any, now: datetime) -> None:
        case = make_case(branch=north)
        desk = [make_staff(f"desk{number}", north, "service_desk") for number in range(8)]
        answers = self.crowd(
            [lambda by=by: actions.take_case(case_id=case.pk, by=by, now=now) for by in desk]
        )
        assert sum(answer is None for answer in answers) == 1
        assert Fact.objects.filter(kind="feedback.CaseTakenOn").count() == 1

    def test_closing_and_coming_back_cannot_cross(self, north: Any, service_desk: Any, now: datetime) -> None:
        case = make_case(branch=north)
        actions.answer_case(case_id=case.pk, words="已经处理。", by=service_desk, now=now)
        self.crowd(
            [
                lambda: actions.close_case(case_id=case.pk, by=service_desk, now=now),
                lambda: actions.come_back(
                    case_id=case.pk, customer_id=case.customer_id, words="没有", now=now
                ),
            ]
        )
        case.refresh_from_db()
        assert case.state == "working" and case.closed_at is None
