"""The rules' own examples, of both kinds: from their files and from `rulebook/examples/`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from huiqun.compliance.rulebook.book import Case, the_book
from huiqun.compliance.rulebook.kinds import judged_as
from huiqun.compliance.rulebook.loading import RULES, all_rules
from huiqun.compliance.rulebook.matching import broken
from huiqun.compliance.rulebook.model.lexicon import CONCEPTS
from huiqun.compliance.rulebook.more_examples import more_rows
from huiqun.compliance.rulebook.reading import Reading, read
from huiqun.compliance.rulebook.rows import example_from
from huiqun.compliance.rulebook.rule import PUBLICATION, Example, Rule
from huiqun.lib.canonical import digest

JUDGED_ON = date(2026, 11, 20)
"""Which day's book says what words find already. Only the report hangs on it, and who is no counter-example."""


@dataclass(frozen=True, eq=False)
class Text:
    """One example of a rule, as the model is trained on it."""

    code: str
    violates: bool
    reading: Reading
    case: Case
    found: frozenset[str] = frozenset()
    """The rules that words alone find in it."""


def texts() -> tuple[Text, ...]:
    """All examples of all rules that judge words, in the order of the rules' codes."""
    return tuple(_text(rule, violates, example) for rule, violates, example in _examples())


def digest_of_examples() -> str:
    """What the model is trained from; it changes with any example, and with the concepts."""
    rows: list[object] = [CONCEPTS.read_text(encoding="utf-8")]
    for rule, violates, one in _examples():
        rows.append([rule.code, violates, one.text, one.kind, one.channel, one.risk])
    return digest(rows)[:16]


def trainable(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Prohibitions: what is said, not what is missing or planned, by what the bank publishes."""
    return tuple(
        rule
        for rule in rules
        if rule.enabled
        and not rule.is_about_plans
        and not rule.is_about_missing
        and PUBLICATION in rule.profiles
    )


def _examples() -> Iterator[tuple[Rule, bool, Example]]:
    for code, rule in all_rules().items():
        if rule.is_about_plans or not rule.enabled or PUBLICATION not in rule.profiles:
            continue
        more = more_rows(code)
        row = yaml.load((RULES / f"{code}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for name, own in (("violating", rule.violating), ("compliant", rule.compliant)):
            given: Sequence[Any] = more.get(name) or ()
            for example in (*own, *(example_from(row, one, name) for one in given)):
                yield rule, name == "violating", example


def _text(rule: Rule, violates: bool, example: Example) -> Text:
    case = Case(kind=example.kind, channels=judged_as(example.channel), risk=example.risk)
    reading, book = read(example.text), the_book()
    found = broken(book, book.chapter(case, JUDGED_ON), reading)
    return Text(rule.code, violates, reading, case, frozenset(entry.rule.code for entry, _ in found))
