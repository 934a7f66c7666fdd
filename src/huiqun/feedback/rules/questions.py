"""What a survey asks: questions, their choices, and where an answer leads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from huiqun.feedback.rules.refusals import AnswerInvalid, SurveyIncomplete
from huiqun.lib.words import gettext_noop as _

END = "end"
MOST_QUESTIONS, MOST_CHOICES, LONGEST_LABEL, LONGEST_TEXT = 40, 20, 200, 1000
NPS_TOP, SCALE_TOP = 10, 5
KEY = re.compile(r"[a-z][a-z0-9]{0,9}")


class QuestionKind(StrEnum):
    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    MATRIX = "matrix"
    TEXT = "text"
    NPS = "nps"


COUNTED = (QuestionKind.SCALE, QuestionKind.NPS)
"""Answered by a number."""
WITH_CHOICES = (QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.MATRIX)


@dataclass(frozen=True, kw_only=True)
class Choice:
    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """``goes_to`` leads from an answer (a choice's key, or a number as text) to a later question or to the end;
    any other answer leads to the next one. ``rows`` are the lines of a matrix, ``choices`` its columns."""

    key: str
    kind: QuestionKind
    label: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    goes_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> range:
        return range(NPS_TOP + 1) if self.kind == QuestionKind.NPS else range(1, SCALE_TOP + 1)

    @property
    def answers(self) -> tuple[Choice, ...]:
        """What there is to choose from, numbers among it."""
        if self.kind in COUNTED:
            return tuple(Choice(key=str(number), label=str(number)) for number in self.numbers)
        return self.choices

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


Value = str | tuple[str, ...] | dict[str, str]
"""An answer: a choice or a number, several choices, a choice by row, or a text. "" and () are none."""


def read_questions(kept: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(
        Question(
            **{
                **each,
                "kind": QuestionKind(each["kind"]),
                "choices": tuple(Choice(**choice) for choice in each["choices"]),
                "rows": tuple(Choice(**row) for row in each["rows"]),
            }
        )
        for each in kept
    )


def check_questions(questions: Sequence[Question]) -> None:
    """:raises SurveyIncomplete"""
    keys = [each.key for each in questions]
    if not questions or len(questions) > MOST_QUESTIONS:
        raise SurveyIncomplete(problem=_("it needs between one and forty questions"))
    if len(set(keys)) != len(keys) or not all(KEY.fullmatch(key) for key in keys):
        raise SurveyIncomplete(problem=_("two questions have the same key"))
    for place, each in enumerate(questions):
        check_question(each)
        later = {*keys[place + 1 :], END}
        if each.goes_to and each.kind not in (QuestionKind.CHOICE, *COUNTED):
            raise SurveyIncomplete(problem=_("only one choice or a number can lead elsewhere"))
        if not set(each.goes_to.values()) <= later:
            raise SurveyIncomplete(problem=_("an answer leads to a question that does not come later"))
        if not set(each.goes_to) <= {choice.key for choice in each.answers}:
            raise SurveyIncomplete(problem=_("a way leads on from an answer that there is not"))


def check_question(question: Question) -> None:
    """:raises SurveyIncomplete"""
    if not question.label.strip() or len(question.label) > LONGEST_LABEL:
        raise SurveyIncomplete(problem=_("a question has no words, or too many"))
    if question.kind in WITH_CHOICES and not 2 <= len(question.choices) <= MOST_CHOICES:
        raise SurveyIncomplete(problem=_("a question needs between two and twenty answers to choose from"))
    if question.kind == QuestionKind.MATRIX and not 1 <= len(question.rows) <= MOST_CHOICES:
        raise SurveyIncomplete(problem=_("a matrix needs between one and twenty lines"))
    for few in (question.choices, question.rows):
        labels = [each.label.strip() for each in few]
        if len(set(labels)) != len(labels) or not all(0 < len(label) <= LONGEST_LABEL for label in labels):
            raise SurveyIncomplete(problem=_("two answers of a question are the same, or one is empty"))


def check_value(question: Question, value: Value) -> Value:
    """The answer as it is kept. :raises AnswerInvalid"""
    known = {each.key for each in question.answers}
    if question.kind == QuestionKind.MATRIX:
        pairs = value if isinstance(value, dict) else {}
        given = {row: choice for row, choice in pairs.items() if choice}
        rows = {row.key for row in question.rows}
        _require(set(given) <= rows and set(given.values()) <= known, question)
        if question.required and set(given) != rows:
            raise AnswerInvalid(problem=_("choose one in each line"))
        return given
    if question.kind == QuestionKind.CHOICES:
        several = tuple(dict.fromkeys(value)) if isinstance(value, tuple) else ()
        _require(set(several) <= known, question)
        if question.required and not several:
            raise AnswerInvalid(problem=_("choose at least one"))
        return several
    text = value.strip() if isinstance(value, str) else ""
    if question.required and not text:
        raise AnswerInvalid(problem=_("it must be answered"))
    if question.kind == QuestionKind.TEXT:
        if len(text) > LONGEST_TEXT:
            raise AnswerInvalid(problem=_("it is longer than a thousand characters"))
        return text
    _require(not text or text in known, question)
    return text


def _require(fits: bool, question: Question) -> None:
    if not fits:
        raise AnswerInvalid(problem=_("choose one of those that are shown"))


def next_key(questions: Sequence[Question], key: str, value: Value | None) -> str:
    """The question after ``key`` for this answer, or ``END``."""
    place = next(place for place, each in enumerate(questions) if each.key == key)
    question = questions[place]
    if isinstance(value, str) and value in question.goes_to:
        return question.goes_to[value]
    return questions[place + 1].key if place + 1 < len(questions) else END


def way(questions: Sequence[Question], given: Mapping[str, Value]) -> list[str]:
    """The questions on a customer's way, up to the first that is not answered yet or to the last."""
    found, key = [], questions[0].key if questions else END
    while key != END:
        found.append(key)
        if key not in given:
            return found
        key = next_key(questions, key, given[key])
    return found


def is_finished(questions: Sequence[Question], given: Mapping[str, Value]) -> bool:
    passed = way(questions, given)
    return bool(passed) and passed[-1] in given and next_key(questions, passed[-1], given[passed[-1]]) == END


def words_of(title: str, words: str, questions: Sequence[Question]) -> str:
    """Everything that customers read of a survey, for the check of its copy."""
    lines = [title, words]
    for each in questions:
        lines += [each.label, each.low, each.high]
        lines += [choice.label for choice in (*each.choices, *each.rows)]
    return "\n".join(line for line in lines if line.strip())
