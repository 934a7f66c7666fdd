"""Judges a copy or a plan against the rulebook. Pure: no database, no clock."""

from dataclasses import replace
from datetime import date
from typing import Any

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.kinds import PRODUCT_KINDS, judged_as
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.matching import Case, is_missing, spans
from huiqun.compliance.rulebook.plans import PLAN_CHECKS
from huiqun.compliance.rulebook.reading import Reading, read
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.rules.findings import Citation, Finding
from huiqun.compliance.sources.citing import cite, law_of

NO_PRODUCT = "brand"
LAST = 10**9


def check_copy(
    text: str,
    *,
    channel: str,
    product_kind: str | None,
    product_risk: int | None,
    on: date,
    plan: PlanFacts | None = None,
    language: str = "zh",
) -> tuple[Finding, ...]:
    """Every rule the copy breaks on that day, gravest first, then in reading order.

    With `plan`, the plan's own findings come too. Text may be a template: its variables are words.
    """
    kind = product_kind if product_kind and product_kind in PRODUCT_KINDS else NO_PRODUCT
    reading = read(text)
    case = Case(kind=kind, channels=judged_as(channel), risk=product_risk)
    found = [
        finding
        for rule in all_rules().values()
        if rule.applies(kind=kind, channels=case.channels, risk=product_risk) and rule.is_in_force(on)
        for finding in _findings(rule, reading, case, on=on, language=language)
    ]
    found = [finding for finding in found if not _is_said_better(finding, found)]
    if plan is not None:
        found += check_plan(plan, on=on, language=language)
    return tuple(sorted(found, key=_order))


def check_plan(plan: PlanFacts, *, on: date, language: str = "zh") -> tuple[Finding, ...]:
    """Every rule the plan itself breaks: its offer, prizes, referral and quoted rates."""
    rules = [rule for rule in all_rules().values() if rule.is_about_plans and rule.enabled]
    found = [
        _finding(rule, citations, language, quote=quote)
        for rule in rules
        if rule.is_in_force(on)
        if (citations := citations_of(rule, on=on))
        for quote in PLAN_CHECKS[rule.plan_check](plan)
    ]
    return tuple(sorted(found, key=_order))


def citations_of(rule: Rule, *, on: date) -> tuple[Citation, ...]:
    """The rule's articles that apply on that day."""
    return tuple(cite(reference) for reference in rule.citations if law_of(reference).is_in_force(on))


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


def _is_said_better(finding: Finding, found: list[Finding]) -> bool:
    """Whether a more specific rule found the same words."""
    better = all_rules()[finding.rule].yields_to
    return any(other.rule in better and _overlap(finding, other) for other in found)


def _overlap(one: Finding, other: Finding) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def _findings(rule: Rule, reading: Reading, case: Case, *, on: date, language: str) -> list[Finding]:
    citations = citations_of(rule, on=on)
    if not citations:
        return []
    if rule.is_about_missing:
        return [_missing(rule, citations, language)] if is_missing(rule, reading) else []
    return [_said(rule, reading, place, citations, language) for place in spans(rule, reading, case)]


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
        **more,
    )


def _order(finding: Finding) -> tuple[int, int, str]:
    place = LAST if finding.start is None else finding.start
    return finding.severity.rank, place, finding.rule
