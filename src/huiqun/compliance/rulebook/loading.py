"""Reads `rules/*.yaml` once. A broken rule file is an error that stops whoever reads it, never skipped.

A rule may have had other versions: `CODE.yaml` is today's, `CODE~2026-09-30.yaml` the one that ended that day.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml

from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.rows import PATTERNS, BrokenRule, rule_from
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.rulebook.vocabulary import VOCABULARY
from huiqun.compliance.sources.citing import UnknownArticle, cite
from huiqun.lib.canonical import digest
from huiqun.lib.data_files import BrokenFile, Loader, line_of

__all__ = ["BrokenRule", "all_rules", "every_version", "rule_from", "rulebook_version", "rules_on"]

RULES = Path(__file__).parent / "rules"
Place = tuple[str | int, ...]


@cache
def all_rules() -> Mapping[str, Rule]:
    """Today's version of every rule by its code, in order, whether enabled or not."""
    return {
        rule.code: rule
        for path, rule in zip(_paths(RULES), every_version(), strict=True)
        if path.stem == rule.code
    }


@lru_cache(maxsize=64)
def rules_on(day: date) -> Mapping[str, Rule]:
    """The version of each rule that is in force that day, whether enabled or not."""
    return {rule.code: rule for rule in every_version() if rule.is_in_force(day)}


@cache
def every_version() -> tuple[Rule, ...]:
    """All versions of all rules, in the order of their files' names. :raises BrokenRule:"""
    return read_rules(RULES)


@cache
def rulebook_version() -> str:
    """A digest of all that decides a finding: rules, words, disguises, contexts, law, and the model's weights."""
    here, law = RULES.parent, RULES.parents[1] / "sources"
    paths = [
        *_paths(RULES),
        VOCABULARY,
        *(here / name for name in ("numbers.yaml", "wording.py", "context.py", "sections.py", "money.py")),
        *sorted(here.glob("plan*.py")),
        *sorted((here / "disguises").rglob("*.yaml")),
        *sorted((here / "functions").glob("*.py")),
        here / "model" / "weights.npz",
        *sorted(law.glob("*.yaml")),
        *sorted(law.glob("*.jsonl")),
    ]
    return digest([[path.name, sha256(path.read_bytes()).hexdigest()] for path in paths])[:12]


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """:raises BrokenRule: naming file, line and reason"""
    rules = tuple(_read(path) for path in _paths(folder))
    _check_periods(rules)
    return rules


def broken_parts(folder: Path = RULES) -> Iterator[BrokenRule]:
    """What reading a rule does not show, because it takes a second: expressions that are none or may never
    end, and articles whose words we do not hold (such a rule finds nothing, and nobody would notice)."""
    for path, rule in zip(_paths(folder), read_rules(folder), strict=True):
        for at, reason in (*_broken_patterns(rule), *_broken_citations(rule)):
            line = line_of(path.read_text(encoding="utf-8"), at)
            yield BrokenRule(reason, at=at, file=path.name, line=line)


def _broken_patterns(rule: Rule) -> Iterator[tuple[Place, str]]:
    for at, pattern in _patterns(rule):
        try:
            if pattern.is_explosive:
                yield at, f"{pattern.pattern!r} repeats a repeat: it may never end"
        except re.error as wrong:
            yield at, f"{pattern.pattern!r} is no regular expression: {wrong}"


def _patterns(rule: Rule) -> Iterator[tuple[Place, Pattern]]:
    for number, way in enumerate(rule.ways):
        for key, pattern in (("find", way.find), ("with", way.beside), ("without", way.without)):
            if pattern is not None:
                yield ("patterns", number, key), pattern
    for name in PATTERNS:
        yield from (((name, number), pattern) for number, pattern in enumerate(getattr(rule, name)))
    for number, replacement in enumerate(rule.replacements):
        if replacement.find is not None:
            yield ("replace", number, "find"), replacement.find


def _broken_citations(rule: Rule) -> Iterator[tuple[Place, str]]:
    for number, reference in enumerate(rule.citations):
        try:
            cite(reference)
        except (UnknownArticle, KeyError):
            yield ("citations", number), f"{reference} is not among the sources"


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"), key=lambda path: path.stem.partition("~"))


def _read(path: Path) -> Rule:
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return rule_from(_loaded(text), path.stem)
    except BrokenFile as wrong:
        line = wrong.line or line_of(text, wrong.at)
        raise BrokenRule(wrong.reason, at=wrong.at, file=path.name, line=line) from None
    except (UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise BrokenRule(f"{type(wrong).__name__}: {wrong}", file=path.name) from wrong


def _loaded(text: str) -> Any:
    try:
        return yaml.load(text, Loader=Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        raise BrokenRule(f"no YAML: {wrong.problem}", line=mark.line + 1 if mark else None) from None
    except yaml.YAMLError as wrong:
        raise BrokenRule(f"no YAML: {wrong}") from None


def _check_periods(rules: Iterable[Rule]) -> None:
    """At most one version of a rule is in force on any day."""
    for code, versions in groupby(rules, key=lambda rule: rule.code):
        periods = sorted((rule.effective or date.min, rule.expires or date.max) for rule in versions)
        for (_, ends), (begins, _) in pairwise(periods):
            if begins < ends:
                raise BrokenRule(f"two versions are in force on {begins}", file=f"{code}.yaml")
        if wrong := [period for period in periods if period[0] >= period[1]]:
            raise BrokenRule(f"a version ends on {wrong[0][1]} before it begins", file=f"{code}.yaml")
