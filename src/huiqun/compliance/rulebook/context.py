"""Whether words are meant as a promise: not when denied, asked about or held up as a warning.

Everything is looked for in a window around the words, never in the whole copy. A denial reaches to the end of
its clause, a warning to the end of its sentence, a heading over its own section. What only sounds like a denial
(不仅, 不用担心, 没有不赚的) and a speaker who turns to what he sells (但, 我们, 本产品) end either.
"""

from bisect import bisect_left
from typing import NamedTuple

from huiqun.compliance.rulebook import sections
from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.wording import (
    AFFIRMING_ANSWER,
    BADGE_OF_WRONG,
    BOAST,
    CROSSED,
    DENIAL,
    DENIED_AFTER,
    DENYING_ANSWER,
    DESIRE,
    DOCUMENT,
    DOUBLE_DENIAL,
    DOUBT,
    HARMLESS_NOTS,
    INDIRECT_ANSWER,
    INDIRECT_QUESTION,
    INSIDE,
    NO_FRAUD,
    OWN_VOICE,
    PAST,
    QUESTION_END,
    SAID_AFTER,
    TOUCHING,
    TURN,
    VERDICT,
    WARNED_AFTER,
    WARNED_BEFORE,
)

_REACH = 18
_BEFORE = 60
_AFTER = 60
_QUOTE = 90
_TITLE = 40
_OPENING = "“「『‘"
_CLOSING = "”」』’"


class _Surroundings(NamedTuple):
    """The words around a stretch: of its clause, and of its sentence (or of the sentence that quotes it)."""

    clause_before: str
    clause_after: str
    before: str
    after: str
    following: str


def is_harmless(reading: Reading, start: int, end: int) -> bool:
    """Whether the words at text[start:end] are denied, doubted, or held up as a warning."""
    around = _surroundings(reading, start, end)
    return (
        _is_denied(around, reading.text[start:end])
        or _is_in_a_title(reading, start)
        or _is_warned_about(around)
        or _is_marked_wrong(reading, start)
        or _is_asked_and_denied(reading, around, end)
        or sections.is_under_a_warning(reading, start)
    )


def is_held_up(reading: Reading, start: int, end: int) -> bool:
    """Whether the words are a warning, whatever they deny themselves (不看征信 is an offer, not a denial)."""
    around = _surroundings(reading, start, end)
    return (
        _is_in_a_title(reading, start)
        or _is_warned_about(around)
        or _is_marked_wrong(reading, start)
        or _is_asked_and_denied(reading, around, end)
        or sections.is_under_a_warning(reading, start)
    )


def _surroundings(reading: Reading, start: int, end: int) -> _Surroundings:
    text = reading.text
    opened, closed = _quote(reading, start, end)
    left = reading.sentence_start(opened)
    right = reading.sentence_end(closed)
    return _Surroundings(
        clause_before=text[max(reading.clause_start(start), start - _REACH) : start],
        clause_after=text[end : min(reading.clause_end(end), end + _REACH)],
        before=text[max(left, opened - _BEFORE) : start],
        after=text[end : min(right + 1, closed + _AFTER)],
        following=text[right + 1 : right + 1 + _REACH],
    )


def _quote(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The places between which the words stand in quotation marks; their own place where they do not."""
    original = reading.original
    first, last = reading.starts[start], reading.ends[end - 1]
    window = original[max(0, first - _QUOTE) : first]
    opening = max(window.rfind(mark) for mark in _OPENING)
    if opening < 0 or opening < max(window.rfind(mark) for mark in _CLOSING):
        return start, end
    closing = min(
        (at for mark in _CLOSING if (at := original.find(mark, last, last + _QUOTE)) >= 0), default=-1
    )
    if closing < 0:
        return start, end
    opened = bisect_left(reading.starts, max(0, first - _QUOTE) + opening)
    return min(opened, start), max(bisect_left(reading.starts, closing), end)


def _is_denied(around: _Surroundings, words: str) -> bool:
    if DENIED_AFTER.match(around.clause_after) or INSIDE.search(words):
        return True
    # What was said in brackets, or quoted, denies nothing that comes after it.
    before = HARMLESS_NOTS.sub("--", around.clause_before.rpartition(")")[2])
    if TOUCHING.search(before):
        return not DOUBLE_DENIAL.search(before) and not around.clause_after.startswith(("吗", "嘛", "么"))
    denials = [match.end() for match in DENIAL.finditer(before)]
    return bool(denials) and not TURN.search(before, denials[-1])


def _is_in_a_title(reading: Reading, start: int) -> bool:
    """《…管理办法》: the name of a law or of a document."""
    text = reading.text
    opening = text.rfind("《", max(0, start - _TITLE), start)
    if opening < 0 or text.rfind("》", opening, start) >= 0:
        return False
    closing = text.find("》", start, start + _TITLE)
    return closing > 0 and bool(DOCUMENT.search(text, opening, closing))


def _is_warned_about(around: _Surroundings) -> bool:
    before, after = NO_FRAUD.sub("--", around.before), NO_FRAUD.sub("--", around.after)
    if WARNED_AFTER.search(after) or SAID_AFTER.match(after):
        return True
    if VERDICT.match(around.following):
        return True
    warnings = [match.end() for match in WARNED_BEFORE.finditer(before)]
    if warnings and not OWN_VOICE.search(before, warnings[-1]):
        return True
    return bool(PAST.search(around.clause_before))


def _is_marked_wrong(reading: Reading, start: int) -> bool:
    """❌保本: a cross, or the word for it, right before."""
    first = reading.starts[start]
    line = reading.original[max(0, first - _TITLE) : first].rpartition("\n")[2]
    return bool(BADGE_OF_WRONG.search(line) or CROSSED.search(line))


def _is_asked_and_denied(reading: Reading, around: _Surroundings, end: int) -> bool:
    """保本吗？不保本。A question that is answered with no, or that only doubts."""
    if INDIRECT_QUESTION.search(around.clause_before) and INDIRECT_ANSWER.match(around.after):
        return True
    close = reading.sentence_end(end)
    if reading.text[close : close + 1] != "?" and not QUESTION_END.search(around.clause_after):
        return False
    if DENYING_ANSWER.match(reading.text, close):
        return True
    answer = reading.text[close + 1 : close + 1 + _REACH]
    if AFFIRMING_ANSWER.match(answer) or DESIRE.search(around.before) or BOAST.match(around.clause_after):
        return False
    is_asked = close == reading.clause_end(end)
    return is_asked and bool(DOUBT.search(f"{around.clause_before[-12:]}|{around.clause_after}"))
