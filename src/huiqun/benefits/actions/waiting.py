"""The people of one process who stand in one line: one of them serves or looks for all, the others wait for the word.

Dozens of threads that each asked the database would keep it busier with asking than with serving.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from threading import Condition, Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
Look = Callable[[Collection[int]], Mapping[int, Answer]]
_lines: dict[int, "Together[object]"] = {}
_guard = Lock()


class Together(Generic[Answer]):
    """Those who wait here, by turn, and what they have been answered with. Two taps of one person share a turn."""

    def __init__(self) -> None:
        self._waiting: dict[int, Answer | None] = {}
        self._taps: Counter[int] = Counter()
        self._condition = Condition()
        self._is_led = False

    def enter(self, turn_id: int) -> None:
        with self._condition:
            self._waiting.setdefault(turn_id, None)
            self._taps[turn_id] += 1

    def leave(self, turn_id: int) -> bool:
        """Whether nobody waits here any more."""
        with self._condition:
            self._taps[turn_id] -= 1
            if not self._taps[turn_id]:
                del self._waiting[turn_id], self._taps[turn_id]
            return not self._waiting

    def round(self, turn_id: int, look: Look[Answer], seconds: float) -> Answer | None:
        """Look for all, or wait up to ``seconds`` for who looks just now; this one's answer, if there is one."""
        with self._condition:
            if self._is_led:
                self._condition.wait(seconds)
                return self._waiting[turn_id]
            if answer := self._waiting[turn_id]:
                return answer
            self._is_led = True
            waiting = [turn for turn, answer in self._waiting.items() if answer is None]
        answers: Mapping[int, Answer] = {}
        try:
            answers = look(waiting)
        finally:
            with self._condition:
                self._is_led = False
                for turn in answers:
                    if turn in self._waiting:
                        self._waiting[turn] = answers[turn]
                self._condition.notify_all()
        return answers.get(turn_id)


def together(benefit_id: int, turn_id: int) -> "Together[object]":
    with _guard:
        line = _lines.setdefault(benefit_id, Together())
        line.enter(turn_id)
        return line


def part(benefit_id: int, turn_id: int) -> None:
    with _guard:
        line = _lines.get(benefit_id)
        if line is not None and line.leave(turn_id):
            del _lines[benefit_id]
