"""Each rule's own examples are its tests: what breaks it, and what only looks as if it did."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy, check_plan
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import PUBLICATION, Example, Rule
from huiqun.compliance.rules.findings import Finding

TODAY = date(2026, 11, 20)


RULES = [pytest.param(rule, id=rule.code) for rule in all_rules().values() if rule.enabled]
"""Rules that are switched off find nothing, and are tried by nobody until they are switched on."""


def findings_of(rule: Rule, example: Example) -> list[Finding]:
    if rule.is_about_plans:
        values = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in (example.plan or {}).items()
        }
        found = check_plan(PlanFacts(**values), on=TODAY)
    else:
        found = check_copy(
            example.text,
            channel=example.channel,
            product_kind=example.kind,
            product_risk=example.risk,
            on=TODAY,
            profile=next(iter(rule.profiles)) if len(rule.profiles) == 1 else PUBLICATION,
        )
    return [finding for finding in found if finding.rule == rule.code]


@pytest.mark.parametrize("rule", RULES)
def test_finds_what_breaks_the_rule(rule: Rule):
    """All examples are tried, and all that go wrong are told at once."""
    missed = []
    for number, example in enumerate(rule.violating):
        quotes = [finding.quote for finding in findings_of(rule, example)]
        if not quotes or (example.quote and example.quote not in quotes):
            missed.append((number, example.text or example.plan, example.quote, quotes))
    assert missed == []


@pytest.mark.parametrize("rule", RULES)
def test_is_quiet_on_what_is_lawful(rule: Rule):
    flagged = [
        (number, example.text or example.plan, [finding.quote for finding in found])
        for number, example in enumerate(rule.compliant)
        if (found := findings_of(rule, example))
    ]
    assert flagged == []
