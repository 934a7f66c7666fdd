"""Games 竞猜: riddles, quizzes and predictions. Taking part costs nothing, and nothing can be lost."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import opencc

from huiqun.benefits.rules.play_refusals import AnswerEmpty, QuestionWrong

LONGEST_ANSWER = 100
MOST_CHOICES = 12


class GameKind(StrEnum):
    RIDDLE = "riddle"
    QUIZ = "quiz"
    PREDICTION = "prediction"


@dataclass(frozen=True, kw_only=True)
class QuestionPlan:
    """Without ``choices`` the answer is written. ``answers`` are all that count as right; a prediction has none
    until its result is known."""

    words: str
    choices: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    explanation: str = ""


def check_question(kind: GameKind, plan: QuestionPlan) -> None:
    """:raises QuestionWrong"""
    known = {normal(each) for each in plan.choices}
    distinct = len(known) == len(plan.choices) <= MOST_CHOICES and "" not in known
    right = {normal(each) for each in plan.answers}
    if kind is GameKind.PREDICTION:
        whole = len(plan.choices) >= 2 and not plan.answers
    else:
        whole = bool(right) and "" not in right and (not plan.choices or right <= known)
    if not (plan.words.strip() and distinct and whole and len(plan.choices) != 1):
        raise QuestionWrong()


def read_answer(given: str, choices: Sequence[str]) -> str:
    """The answer in its normal form; one of the choices where there are some. :raises AnswerEmpty"""
    form = normal(given)
    if not form or len(given) > LONGEST_ANSWER:
        raise AnswerEmpty()
    if choices and form not in {normal(each) for each in choices}:
        raise AnswerEmpty()
    return form


def normal(text: str) -> str:
    """Width, case, script, spaces and punctuation make no difference to an answer."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(each for place, each in enumerate(plain) if _counts(plain, place))
    return str(_simplified().convert(kept))


def _counts(text: str, place: int) -> bool:
    """Letters, digits, and what stands between two digits: 2:1 is not 21, and 3.5 not 35; but 1,000 is 1000."""
    if unicodedata.category(text[place])[0] in "LN":
        return True
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return before.isdigit() and after.isdigit() and not text[place].isspace() and text[place] != ","


@cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
