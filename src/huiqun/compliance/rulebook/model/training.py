"""Trains the model from the examples, and keeps of it what examples that were left out speak for."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from huiqun.compliance.rulebook.context import is_harmless, is_held_up
from huiqun.compliance.rulebook.model.clauses import Flags, Ints
from huiqun.compliance.rulebook.model.examples import Text
from huiqun.compliance.rulebook.model.features import Space
from huiqun.compliance.rulebook.model.fitting import Doubles, fit
from huiqun.compliance.rulebook.model.material import (
    Material,
    material_of,
    scales_of_letters,
    scales_of_meanings,
)
from huiqun.compliance.rulebook.model.thresholds import NEVER, Kept, kept
from huiqun.compliance.rulebook.model.weights import Model, together
from huiqun.compliance.rulebook.rule import Rule

FOLDS = 4
_BALANCE = 0.2
_LEAST_BALANCE, _MOST_BALANCE = 5.0, 40.0
"""What a violating example weighs: together a fifth of all others, within bounds."""
_OF_OTHERS = 0.5
_PRUNED = 0.03
_UNLIKELY = -99.0


@dataclass(frozen=True, eq=False)
class Roles:
    """Which texts speak for a rule and which against it; those that say neither are left away."""

    violating: Ints
    compliant: Ints
    others: Ints
    """Violations of rules of other families, in which words do not find this one."""


@dataclass(frozen=True, eq=False)
class Trained:
    model: Model
    kept: Sequence[Kept]
    """By rule, what examples that were left out say."""


def train(
    texts: Sequence[Text], rules: Sequence[Rule], *, trained_on: str, say: Callable[[str], None] = print
) -> Trained:
    material = material_of(texts)
    folds = np.array([_fold(text) for text in texts])
    letters, meanings, kept_by_rule = [], [], []
    for rule in rules:
        trainer = _Trainer(material, rule, roles_of(texts, rule), folds)
        by_letters, by_meaning = trainer.weights(np.ones(len(texts), dtype=np.bool_))
        judged = kept(rule.code, texts, trainer.left_out(), trainer.roles)
        letters.append(by_letters)
        meanings.append(by_meaning)
        kept_by_rule.append(judged)
        say(judged.line())
    model = _model(material.space, rules, letters, meanings, kept_by_rule, trained_on)
    return Trained(model, kept_by_rule)


def roles_of(texts: Sequence[Text], rule: Rule) -> Roles:
    violating, compliant, others = [], [], []
    for number, text in enumerate(texts):
        if not rule.applies(kind=text.case.kind, channels=text.case.channels, risk=text.case.risk):
            continue
        if not text.violates:
            compliant.append(number)
        elif text.code == rule.code:
            violating.append(number)
        elif _family(text.code) != _family(rule.code) and rule.code not in text.found:
            others.append(number)
    return Roles(*(np.array(each, dtype=np.int64) for each in (violating, compliant, others)))


class _Trainer:
    """One rule's share of the work."""

    def __init__(self, material: Material, rule: Rule, roles: Roles, folds: Ints) -> None:
        self.material, self.rule, self.roles, self.folds = material, rule, roles, folds
        self._role = np.zeros(len(material.texts), dtype=np.int64)
        self._role[roles.violating] = 1
        self._role[roles.compliant] = 2
        self._role[roles.others] = 3
        self._saying = self._stretches_that_say_it()

    def weights(self, used: Flags) -> tuple[Doubles, Doubles]:
        """From the texts that are used: what letters, and what meanings say."""
        rows, signs, weights = self._problem(used, self._saying)
        return (
            fit(self.material.letters[rows], signs, weights),
            fit(self.material.meanings[rows], signs, weights),
        )

    def left_out(self) -> Doubles:
        """By text, its highest score by a model that has not seen it; what is harmless does not count."""
        scores = np.full(len(self.material.texts), _UNLIKELY)
        for fold in range(FOLDS):
            letters, meanings = self.weights(self.folds != fold)
            rows = np.flatnonzero((self.folds == fold)[self.material.owners] & (self._roles() > 0))
            both = together(
                _scored(self.material.letters[rows], letters), _scored(self.material.meanings[rows], meanings)
            )
            for row, score in zip(rows.tolist(), both.tolist(), strict=True):
                owner = int(self.material.owners[row])
                if score > scores[owner] and (score < 0 or not self._is_harmless(row)):
                    scores[owner] = score
        return scores

    def _is_harmless(self, row: int) -> bool:
        start, end = self.material.places[row].tolist()
        reading = self.material.texts[int(self.material.owners[row])].reading
        return forgives(self.rule)(reading, start, end)

    def _roles(self) -> Ints:
        of_stretches: Ints = self._role[self.material.owners]
        return of_stretches

    def _stretches_that_say_it(self) -> dict[int, int]:
        """By violating text, the stretch of it that says so: the longest, then the most telling one."""
        rows = np.flatnonzero(self._roles() == 1)
        longest = self._best(rows, self.material.lengths[rows].astype(np.float64))
        chosen, signs, weights = self._problem(np.ones(len(self.material.texts), dtype=np.bool_), longest)
        telling = fit(self.material.letters[chosen], signs, weights)
        return self._best(rows, _scored(self.material.letters[rows], telling))

    def _best(self, rows: Ints, scores: Doubles) -> dict[int, int]:
        best: dict[int, tuple[float, int]] = {}
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            owner = int(self.material.owners[row])
            if owner not in best or score > best[owner][0]:
                best[owner] = score, row
        return {owner: row for owner, (_, row) in best.items()}

    def _problem(self, used: Flags, saying: dict[int, int]) -> tuple[Ints, Doubles, Doubles]:
        """Rows, signs and weights. A text counts by the root of how many stretches it has."""
        roles, owners = self._roles(), self.material.owners
        against = np.flatnonzero((roles > 1) & used[owners])
        of = np.array([row for owner, row in saying.items() if used[owner]], dtype=np.int64)
        counts = np.bincount(owners[against], minlength=len(used))[owners[against]]
        weights = np.where(roles[against] == 3, _OF_OTHERS, 1.0) / np.sqrt(counts)
        balance = _BALANCE * weights.sum() / max(1, len(of))
        positive = np.full(len(of), min(max(balance, _LEAST_BALANCE), _MOST_BALANCE))
        return (
            np.concatenate([against, of]),
            np.concatenate([np.full(len(against), -1.0), np.ones(len(of))]),
            np.concatenate([weights, positive]),
        )


def forgives(rule: Rule) -> Callable[..., bool]:
    """How a stretch is found harmless; an offer that denies something (不看征信) is not made so by its denial."""
    return is_held_up if any(not way.negatable for way in rule.ways) else is_harmless


def _scored(rows: csr_matrix, weights: Doubles) -> Doubles:
    scores: Doubles = rows @ weights[:-1] + weights[-1]
    return scores


def _model(
    space: Space,
    rules: Sequence[Rule],
    letters: Sequence[Doubles],
    meanings: Sequence[Doubles],
    kept_by_rule: Sequence[Kept],
    trained_on: str,
) -> Model:
    """Only the rules that stay and the features that say something about one of them."""
    on = [number for number, one in enumerate(kept_by_rule) if one.threshold < NEVER]
    by_letter = _pruned([letters[number] for number in on], scales_of_letters(space))
    by_meaning = _pruned([meanings[number] for number in on], scales_of_meanings(space))
    telling = [np.flatnonzero(np.any(each[:-1] != 0, axis=1)) for each in (by_letter, by_meaning)]
    return Model(
        codes=tuple(rules[number].code for number in on),
        letters=tuple(space.letters[number] for number in telling[0]),
        meanings=tuple(space.meanings[number] for number in telling[1]),
        letter_weights=by_letter[[*telling[0], -1]],
        meaning_weights=by_meaning[[*telling[1], -1]],
        thresholds=np.array([kept_by_rule[number].threshold for number in on], dtype=np.float32),
        trained_on=trained_on,
    )


def _pruned(columns: Sequence[Doubles], scales: Sequence[float]) -> NDArray[np.float32]:
    table = np.stack(columns, axis=1) if columns else np.zeros((len(scales) + 1, 0))
    table[:-1] *= np.array(scales)[:, None]
    table[:-1][np.abs(table[:-1]) < _PRUNED] = 0
    return table.astype(np.float32)


def _family(code: str) -> str:
    return code.partition("-")[0]


def _fold(text: Text) -> int:
    """By the words alone: an example keeps its fold whatever else is written."""
    return int.from_bytes(hashlib.sha256(text.reading.text.encode()).digest()[:4]) % FOLDS
