"""From which score on the model may speak about a rule, judged on examples that were left out of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from huiqun.compliance.rulebook.model.clauses import Ints
from huiqun.compliance.rulebook.model.examples import Text
from huiqun.compliance.rulebook.model.fitting import Doubles

if TYPE_CHECKING:
    from huiqun.compliance.rulebook.model.training import Roles

NEVER = 1e9
LEAST = 1.5
"""No rule speaks below this score, however clean its examples are: copy is longer and stranger than they are."""
_MARGIN = 0.25
"""Above the highest score of a lawful example."""
_PRECISION = 0.9
_LEFT_TO_FIND = 1 / 3
"""About so many violations in other people's copy are not found by words; those of the examples nearly all are."""
_OF_OTHERS = 0.5
"""Violations of other rules may break this one too, though nobody wrote that down."""
_LEAST_TRUE = 3


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What left-out examples say about one rule."""

    code: str
    threshold: float
    violating: int
    by_words: int
    by_model: int
    added: int
    """Violations that the model finds and words do not."""
    compliant: int
    false_compliant: int
    others: int
    false_others: int
    """Violations of other families in which it would also see this rule."""

    @property
    def is_on(self) -> bool:
        return self.threshold < NEVER

    def line(self) -> str:
        state = f"from {self.threshold:.2f}" if self.is_on else "off"
        return (
            f"{self.code:9} {state:10} left out: {self.by_model}/{self.violating} found, {self.added} beyond words; "
            f"false {self.false_compliant}/{self.compliant} lawful, {self.false_others}/{self.others} other"
        )


def kept(code: str, texts: Sequence[Text], scores: Doubles, roles: "Roles") -> Kept:
    threshold = _threshold(scores[roles.violating], scores[roles.compliant], scores[roles.others])
    if not _beyond_words(code, texts, scores, roles, threshold):
        threshold = NEVER
    found = [number for number in roles.violating.tolist() if scores[number] > threshold]
    return Kept(
        code=code,
        threshold=threshold,
        violating=len(roles.violating),
        by_words=sum(code in texts[number].found for number in roles.violating.tolist()),
        by_model=len(found),
        added=_beyond_words(code, texts, scores, roles, threshold),
        compliant=len(roles.compliant),
        false_compliant=_above(scores, roles.compliant, threshold),
        others=len(roles.others),
        false_others=_above(scores, roles.others, threshold),
    )


def _beyond_words(code: str, texts: Sequence[Text], scores: Doubles, roles: "Roles", threshold: float) -> int:
    """Left-out violations that the model finds and words do not: a rule to which it adds none stays silent,
    for every rule that speaks costs time and may one day speak wrongly."""
    return sum(
        scores[number] > threshold and code not in texts[number].found for number in roles.violating.tolist()
    )


def _threshold(violating: Doubles, compliant: Doubles, others: Doubles) -> float:
    """The lowest at which no lawful example is flagged and what is added is expected to be right."""
    lowest = max(LEAST, float(compliant.max(initial=-NEVER)) + _MARGIN)
    for threshold in [lowest, *sorted(others[others > lowest].tolist())]:
        true = int((violating > threshold).sum())
        if true < _LEAST_TRUE:
            break
        added, false = true * _LEFT_TO_FIND, int((others > threshold).sum()) * _OF_OTHERS
        if added >= _PRECISION * (added + false):
            return float(np.float32(threshold))
    return NEVER


def _above(scores: Doubles, numbers: Ints, threshold: float) -> int:
    return int((scores[numbers] > threshold).sum())
