"""Changing a list of questions: added, changed, moved, taken away, and ways that lead nowhere any more dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from string import ascii_lowercase

from huiqun.feedback.rules.questions import END, Choice, Question, QuestionKind


def new_key(questions: Sequence[Question]) -> str:
    """The next free one: a key that was once given away in this list is not given again."""
    numbers = [int(each.key[1:]) for each in questions if each.key[1:].isdecimal()]
    return f"q{max(numbers, default=0) + 1}"


def choices_of(labels: Iterable[str], before: Sequence[Choice] = ()) -> tuple[Choice, ...]:
    """Choices by their words; who keeps the words keeps the key, so that answers of before stay what they were."""
    known = {choice.label: choice.key for choice in before}
    taken = set(known.values())
    free = (letter for letter in _letters() if letter not in taken)
    return tuple(Choice(key=known.get(label) or next(free), label=label) for label in labels)


def _letters() -> Iterable[str]:
    yield from ascii_lowercase
    yield from (f"{one}{two}" for one in ascii_lowercase for two in ascii_lowercase)


def put(questions: Sequence[Question], question: Question) -> tuple[Question, ...]:
    """In its old place, or at the end."""
    if any(each.key == question.key for each in questions):
        return tidied([question if each.key == question.key else each for each in questions])
    return tidied([*questions, question])


def without(questions: Sequence[Question], key: str) -> tuple[Question, ...]:
    return tidied([each for each in questions if each.key != key])


def moved(questions: Sequence[Question], key: str, *, up: bool) -> tuple[Question, ...]:
    order = list(questions)
    place = next((place for place, each in enumerate(order) if each.key == key), None)
    if place is None:
        return tuple(order)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return tidied(order)


def tidied(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Ways lead only on from answers that there are, to questions that come later."""
    keys = [each.key for each in questions]
    return tuple(
        replace(
            each,
            goes_to={
                answer: to
                for answer, to in each.goes_to.items()
                if answer in {choice.key for choice in each.answers}
                and (to == END or to in keys[place + 1 :])
                and each.kind not in (QuestionKind.CHOICES, QuestionKind.MATRIX, QuestionKind.TEXT)
            },
        )
        for place, each in enumerate(questions)
    )
