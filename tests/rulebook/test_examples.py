"""Each rule's own examples are its tests: what breaks it, and what only looks as if it did."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy, check_plan
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import PUBLICATION, Example, Rule
from huiqun.compliance.rules.findings import Finding

TODAY = date(2026, 11, 20)


def cases(name: str) -> list[object]:
    """Rules that are switched off find nothing, and are tried by nobody until they are switched on."""
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in all_rules().values()
        if rule.enabled
        for number, example in enumerate(getattr(rule, name))
    ]


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


@pytest.mark.parametrize(("rule", "example"), cases("violating"))
def test_finds_what_breaks_the_rule(rule: Rule, example: Example):
    found = findings_of(rule, example)
    assert found
    if example.quote:
        assert example.quote in [finding.quote for finding in found]


@pytest.mark.parametrize(("rule", "example"), cases("compliant"))
def test_is_quiet_on_what_is_lawful(rule: Rule, example: Example):
    assert findings_of(rule, example) == []
