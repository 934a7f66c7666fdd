"""Judges a copy or a plan against the rulebook. Pure: no database, no clock."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.book import Book, Case, citations_of, the_book
from huiqun.compliance.rulebook.kinds import PRODUCT_KINDS, judged_as
from huiqun.compliance.rulebook.loading import all_rules, rules_on
from huiqun.compliance.rulebook.matching import broken
from huiqun.compliance.rulebook.model.judging import added
from huiqun.compliance.rulebook.plans import PLAN_CHECKS
from huiqun.compliance.rulebook.reading import Reading, read
from huiqun.compliance.rulebook.rule import ANY_KIND, PUBLICATION, Basis, Rule
from huiqun.compliance.rulebook.stretches import Stretches
from huiqun.compliance.rules.findings import Citation, Finding, FoundBy
from huiqun.compliance.rules.readable import CopyNotText, CopyTooLong
from huiqun.lib.severity import Severity

__all__ = ["check_copy", "check_plan", "citations_of", "in_language"]

NO_PRODUCT = "brand"
LONGEST_TEXT = 1024 * 1024
"""In characters. Pages take less; this is what a program may ask for."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
LAST = 10**9


def check_copy(
    text: str,
    *,
    channel: str,
    product_kind: str | None,
    product_risk: int | None,
    on: date,
    profile: str = PUBLICATION,
    plan: PlanFacts | None = None,
    language: str = "zh",
    book: Book | None = None,
    with_model: bool = True,
) -> tuple[Finding, ...]:
    """Every rule the copy breaks on that day, gravest first, then in reading order.

    With `plan`, the plan's own findings come too. Text may be a template: its variables are words.
    `book` replaces the rulebook; the model only adds to what words find. Whatever goes wrong is raised:
    no copy passes because a check failed.

    :raises CopyTooLong, CopyNotText: before anything is judged
    """
    _require_text(text)
    case = Case(kind=_kind(product_kind), channels=judged_as(channel), risk=product_risk, profile=profile)
    reading = read(text)
    found = list(_by_words(book or the_book(), reading, case, on=on, language=language))
    if with_model and profile == PUBLICATION:
        found += _by_model(book or the_book(), reading, case, found, on=on, language=language)
    if plan is not None:
        found += check_plan(plan, on=on, language=language)
    return tuple(sorted(found, key=_order))


def check_plan(plan: PlanFacts, *, on: date, language: str = "zh") -> tuple[Finding, ...]:
    """Every rule the plan itself breaks: its offer, prizes, referral and quoted rates."""
    rules = [rule for rule in rules_on(on).values() if rule.is_about_plans and rule.enabled]
    found = [
        _finding(rule, citations, language, quote=quote)
        for rule in rules
        if (citations := citations_of(rule, on=on)) or rule.basis is Basis.HOUSE
        for quote in PLAN_CHECKS[rule.plan_check](plan)
    ]
    return tuple(sorted(found, key=_order))


def in_language(finding: Finding, language: str) -> Finding:
    """The same finding for another reader."""
    rule = all_rules().get(finding.rule)
    if rule is None:
        return finding
    return replace(
        finding,
        name=rule.name.for_reader(language),
        message=rule.message.for_reader(language),
        fix=rule.fix.for_reader(language),
    )


def _require_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise CopyTooLong(count=len(text), most=LONGEST_TEXT)
    if _NO_TEXT.search(text):
        raise CopyNotText


def _kind(given: str | None) -> str:
    return given if given and (given in PRODUCT_KINDS or given == ANY_KIND) else NO_PRODUCT


def _by_words(book: Book, reading: Reading, case: Case, *, on: date, language: str) -> Iterator[Finding]:
    """What the rules' own words find; where a more specific rule found the same words, only that."""
    found: list[tuple[Rule, Finding]] = []
    for entry, places in broken(book, book.chapter(case, on), reading):
        if entry.rule.is_about_missing:
            found.append((entry.rule, _missing(entry.rule, entry.citations, language)))
        for place in places:
            found.append((entry.rule, _said(entry.rule, reading, place, entry.citations, language)))
    stretches = Stretches((rule.code, finding.start, finding.end) for rule, finding in found)
    for rule, finding in found:
        if not stretches.touch(finding.start, finding.end, rule.yields_to):
            yield finding


def _by_model(
    book: Book, reading: Reading, case: Case, found: list[Finding], *, on: date, language: str
) -> Iterator[Finding]:
    """What the model sees besides. A machine's guess blocks nothing by itself, and rewrites nothing."""
    known = [(finding.rule, finding.start, finding.end) for finding in found]
    for entry, start, end in added(book.chapter(case, on), case, reading, known):
        said = _said(entry.rule, reading, (start, end), entry.citations, language)
        severity = Severity.HIGH if said.blocks else said.severity
        yield replace(said, found_by=FoundBy.MODEL, severity=severity, replacement=None)


def _said(
    rule: Rule, reading: Reading, place: tuple[int, int], citations: tuple[Citation, ...], language: str
) -> Finding:
    start, end = reading.span(*place)
    return _finding(
        rule,
        citations,
        language,
        start=start,
        end=end,
        quote=reading.original[start:end],
        replacement=_replacement(rule, reading.text[slice(*place)]),
    )


def _missing(rule: Rule, citations: tuple[Citation, ...], language: str) -> Finding:
    if rule.insertion is None:
        return _finding(rule, citations, language)
    return _finding(
        rule,
        citations,
        language,
        insertion=rule.insertion.words.zh,
        insert_at=rule.insertion.at,
    )


def _replacement(rule: Rule, words: str) -> str | None:
    fitting = (one.put for one in rule.replacements if one.find is None or one.find.search(words))
    return next(fitting, None)


def _finding(rule: Rule, citations: tuple[Citation, ...], language: str, **more: Any) -> Finding:
    return Finding(
        rule=rule.code,
        name=rule.name.for_reader(language),
        severity=rule.severity,
        message=rule.message.for_reader(language),
        fix=rule.fix.for_reader(language),
        citations=citations,
        is_house=rule.basis is Basis.HOUSE,
        **more,
    )


def _order(finding: Finding) -> tuple[int, int, str]:
    place = LAST if finding.start is None else finding.start
    return finding.severity.rank, place, finding.rule
