"""Riddles, quizzes, predictions: one answer each, in time; results by two people; prizes while there are any."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.benefits.actions import games
from huiqun.benefits.models import Answer, Benefit, Claim, Game
from huiqun.benefits.queries.games import answer_counts, game_page
from huiqun.benefits.rules import SoldOut
from huiqun.benefits.rules.games import GameKind, QuestionPlan, normal
from huiqun.benefits.rules.play_refusals import (
    AnsweredAlready,
    AnswerEmpty,
    OwnWork,
    PlayNotFound,
    PlayNotOpen,
    PlayNotReady,
    PrizeNotFixed,
    QuestionWrong,
    ResultMissing,
    ResultSettled,
    ResultTooEarly,
    ResultWrong,
    Unlawful,
)
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.plays import ENDS, NOW, STARTS, make_author, make_game, make_opener, make_prize

pytestmark = pytest.mark.django_db


def answer(game: Game, customer: Any, given: str, now: datetime = NOW, place: int = 1) -> games.Answered:
    question = game.questions.get(place=place)
    return games.answer_question(question_id=question.pk, customer_id=customer.pk, given=given, now=now)


class TestAnswers:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("蜘蛛", " 蜘 蛛。"),
            ("ABC", "ＡＢＣ"),
            ("abc", "ABC!"),
            ("龙门", "龍門"),
            ("2:1", "２：１"),
            ("１，０００", "1000"),
            ("《红楼梦》", "紅樓夢"),
        ],
    )
    def test_width_case_script_and_signs_make_no_difference(self, one: str, other: str) -> None:
        assert normal(one) == normal(other)

    @pytest.mark.parametrize(("one", "other"), [("2:1", "21"), ("3.5", "35"), ("蜘蛛", "蜘蛛网"), ("", "一")])
    def test_other_answers_stay_others(self, one: str, other: str) -> None:
        assert normal(one) != normal(other)

    @pytest.mark.parametrize("given", ["", "  ", "!?", "x" * 101])
    def test_refuses_nothing_and_too_much(self, given: str, north: Any) -> None:
        with pytest.raises(AnswerEmpty):
            answer(make_game(branch=north), make_customer(branch=north), given)
        assert not Answer.objects.exists()

    def test_refuses_what_is_no_choice(self, north: Any) -> None:
        with pytest.raises(AnswerEmpty):
            answer(make_game(branch=north, kind=GameKind.PREDICTION), make_customer(branch=north), "德国")

    @pytest.mark.parametrize(
        ("kind", "plan"),
        [
            (GameKind.RIDDLE, QuestionPlan(words="谜面")),
            (GameKind.RIDDLE, QuestionPlan(words=" ", answers=("蜘蛛",))),
            (GameKind.RIDDLE, QuestionPlan(words="谜面", answers=("!",))),
            (GameKind.QUIZ, QuestionPlan(words="问", choices=("甲", "乙"), answers=("丙",))),
            (GameKind.QUIZ, QuestionPlan(words="问", choices=("甲",), answers=("甲",))),
            (GameKind.QUIZ, QuestionPlan(words="问", choices=("甲", "甲 "), answers=("甲",))),
            (GameKind.PREDICTION, QuestionPlan(words="问", choices=("甲",))),
            (GameKind.PREDICTION, QuestionPlan(words="问", choices=("甲", "乙"), answers=("甲",))),
        ],
    )
    def test_refuses_a_question_that_is_none(self, kind: GameKind, plan: QuestionPlan, north: Any) -> None:
        with pytest.raises(QuestionWrong):
            make_game(branch=north, kind=kind, questions=(plan,))
        assert not Game.objects.exists()


class TestRiddle:
    def test_a_right_answer_has_the_prize_at_once(self, north: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        done = answer(game, customer, " 蜘 蛛 ")
        claim = Claim.objects.get()
        assert (done.right, done.claim_id, claim.because) == (True, claim.pk, f"game:{game.pk}")
        page = game_page(game_id=game.pk, customer_id=customer.pk, now=NOW)
        assert (page.right, page.code, page.questions[0].solution) == (1, claim.code, "蜘蛛")

    def test_a_wrong_one_is_told_the_solution_and_has_no_second(self, north: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        assert answer(game, customer, "蚂蚁").right is False
        with pytest.raises(AnsweredAlready):
            answer(game, customer, "蜘蛛")
        assert not Claim.objects.exists()
        assert game_page(game_id=game.pk, customer_id=customer.pk, now=NOW).questions[0].solution == "蜘蛛"

    def test_nobody_reads_the_solution_before(self, north: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        assert game_page(game_id=game.pk, customer_id=customer.pk, now=NOW).questions[0].solution == ""

    def test_the_same_again_is_the_same_answer(self, north: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        for given in ("蜘蛛", "蜘蛛!"):
            assert answer(game, customer, given).right is True
        assert (Answer.objects.count(), Claim.objects.count()) == (1, 1)
        assert Fact.objects.filter(kind="benefits.QuestionAnswered").count() == 1

    @pytest.mark.parametrize("moment", [STARTS - timedelta(microseconds=1), ENDS, ENDS + timedelta(days=1)])
    def test_refuses_early_and_late_answers(self, moment: datetime, north: Any) -> None:
        with pytest.raises(PlayNotOpen):
            answer(make_game(branch=north), make_customer(branch=north), "蜘蛛", moment)
        assert not Answer.objects.exists()

    def test_the_last_moment_counts(self, north: Any) -> None:
        late = ENDS - timedelta(microseconds=1)
        assert answer(make_game(branch=north), make_customer(branch=north), "蜘蛛", late).claim_id

    def test_refuses_customers_of_another_branch(self, north: Any, south: Any) -> None:
        with pytest.raises(PlayNotFound):
            answer(make_game(branch=north), make_customer(branch=south), "蜘蛛")

    def test_that_nothing_is_left_does_not_undo_the_answer(self, north: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        Benefit.objects.update(claimed=100)
        done = answer(game, customer, "蜘蛛")
        assert done.right is True and isinstance(done.withheld, SoldOut)
        assert Answer.objects.get().right is True

    def test_a_quiz_takes_so_many_right_answers(self, north: Any) -> None:
        questions = tuple(
            QuestionPlan(words=f"第{n}题", choices=("对", "错"), answers=("对",)) for n in (1, 2, 3)
        )
        game = make_game(branch=north, kind=GameKind.QUIZ, questions=questions, pass_mark=2)
        customer = make_customer(branch=north)
        done = [answer(game, customer, given, place=n) for n, given in enumerate(("对", "错", "对"), 1)]
        assert [bool(each.claim_id) for each in done] == [False, False, True]


class TestPrediction:
    def settled(self, game: Game, result: str = "阿根廷") -> None:
        question, first, second = game.questions.get(), make_author(game.branch), make_opener(game.branch)
        games.enter_result(question_id=question.pk, result=result, source="国际足联公告", by=first, now=ENDS)
        games.confirm_result(question_id=question.pk, result=result, by=second, now=ENDS)

    @pytest.fixture
    def game(self, north: Any) -> Game:
        return make_game(branch=north, kind=GameKind.PREDICTION)

    def test_nobody_knows_before(self, game: Game, north: Any) -> None:
        assert answer(game, make_customer(branch=north), "法国").right is None

    def test_winners_get_their_piece_when_two_have_settled_it(
        self, game: Game, north: Any, now: datetime
    ) -> None:
        people = [make_customer(branch=north) for _ in range(3)]
        for customer, given in zip(people, ("阿根廷", "法国", "阿 根 廷"), strict=True):
            answer(game, customer, given)
        self.settled(game)
        assert list(Answer.objects.order_by("pk").values_list("right", flat=True)) == [True, False, True]
        games.reward_game(game_id=game.pk, now=NOW)
        games.reward_game(game_id=game.pk, now=NOW)
        assert set(Claim.objects.values_list("customer_id", flat=True)) == {people[0].pk, people[2].pk}
        fact = Fact.objects.get(kind="benefits.GameRewarded")
        assert (fact.body["winners"], fact.body["granted"], fact.body["left_out"]) == (2, 2, 0)
        assert answer_counts(game) == {game.questions.get().pk: (3, 2)}

    def test_who_answered_first_comes_first(self, north: Any, now: datetime) -> None:
        game = make_game(branch=north, kind=GameKind.PREDICTION, prize=make_prize(branch=north, quantity=1))
        late, early = make_customer(branch=north), make_customer(branch=north)
        answer(game, late, "阿根廷", NOW + timedelta(hours=1))
        answer(game, early, "阿根廷", NOW)
        self.settled(game)
        games.reward_game(game_id=game.pk, now=NOW)
        assert Claim.objects.get().customer_id == early.pk
        assert Fact.objects.get(kind="benefits.GameRewarded").body["left_out"] == 1

    def test_refuses_one_person_for_both(self, game: Game, north: Any) -> None:
        question, alone = game.questions.get(), make_author(north)
        games.enter_result(question_id=question.pk, result="法国", source="公告", by=alone, now=ENDS)
        with pytest.raises(OwnWork):
            games.confirm_result(question_id=question.pk, result="法国", by=alone, now=ENDS)
        question.refresh_from_db()
        assert question.confirmed_at is None and question.answers == []

    def test_refuses_to_confirm_what_the_page_did_not_show(self, game: Game, north: Any) -> None:
        question, first, second = game.questions.get(), make_author(north), make_opener(north)
        with pytest.raises(ResultMissing):
            games.confirm_result(question_id=question.pk, result="", by=second, now=ENDS)
        games.enter_result(question_id=question.pk, result="法国", source="公告", by=first, now=ENDS)
        with pytest.raises(ResultMissing):
            games.confirm_result(question_id=question.pk, result="巴西", by=second, now=ENDS)

    def test_refuses_a_result_before_the_end_or_without_source(self, game: Game, north: Any) -> None:
        question, by = game.questions.get(), make_author(north)
        with pytest.raises(ResultTooEarly):
            games.enter_result(
                question_id=question.pk, result="法国", source="公告", by=by, now=ENDS - timedelta(seconds=1)
            )
        for result, source in (("德国", "公告"), ("法国", " ")):
            with pytest.raises(ResultWrong):
                games.enter_result(question_id=question.pk, result=result, source=source, by=by, now=ENDS)

    def test_a_settled_result_stands(self, game: Game, north: Any) -> None:
        self.settled(game)
        question, by = game.questions.get(), make_author(north)
        with pytest.raises(ResultSettled):
            games.enter_result(question_id=question.pk, result="法国", source="公告", by=by, now=ENDS)
        with pytest.raises(ResultSettled):
            games.confirm_result(question_id=question.pk, result="阿根廷", by=by, now=ENDS)

    def test_a_riddle_has_no_result_to_enter(self, north: Any) -> None:
        question = make_game(branch=north).questions.get()
        with pytest.raises(PlayNotFound):
            games.enter_result(
                question_id=question.pk, result="蜘蛛", source="x", by=make_author(north), now=ENDS
            )


class TestOpening:
    def test_needs_a_second_person_and_enough_questions(self, north: Any) -> None:
        game = make_game(branch=north, opened=False)
        with pytest.raises(OwnWork):
            games.open_game(game_id=game.pk, by=game.created_by, now=NOW)
        many = make_game(branch=north, opened=False, pass_mark=2)
        with pytest.raises(PlayNotReady):
            games.open_game(game_id=many.pk, by=make_opener(north), now=NOW)

    def test_refuses_a_stake(self, north: Any) -> None:
        game = make_game(branch=north, opened=False, words="押100积分猜比分,猜错清零。")
        with pytest.raises(Unlawful):
            games.open_game(game_id=game.pk, by=make_opener(north), now=NOW)

    def test_refuses_a_prize_that_cannot_be_given(self, north: Any) -> None:
        game = make_game(branch=north, opened=False, prize=make_prize(branch=north, frozen=False))
        with pytest.raises(PrizeNotFixed):
            games.open_game(game_id=game.pk, by=make_opener(north), now=NOW)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_last_answers_at_once_bring_one_prize(self, north: Any) -> None:
        questions = tuple(QuestionPlan(words=f"第{n}题", answers=("对",)) for n in range(1, 9))
        game = make_game(branch=north, kind=GameKind.QUIZ, questions=questions, pass_mark=8)
        customer, start = make_customer(branch=north), Barrier(8)

        def one(place: int) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return answer(game, customer, "对", place=place)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(one, range(1, 9)))
        assert sum(bool(each.claim_id) for each in done) == 1
        assert (Answer.objects.count(), Claim.objects.count()) == (8, 1)

    def test_the_last_confirmation_rewards_by_itself(self, north: Any, now: datetime) -> None:
        game, customer = make_game(branch=north, kind=GameKind.PREDICTION), make_customer(branch=north)
        answer(game, customer, "阿根廷")
        TestPrediction().settled(game)
        jobs.run_pending()
        assert Claim.objects.get().customer_id == customer.pk
