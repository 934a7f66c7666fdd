"""What every rule must have before it may speak."""

from datetime import date

import pytest

from huiqun.compliance.checks import citations_of
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.plans import PLAN_CHECKS
from huiqun.compliance.rulebook.rule import Basis, Rule
from huiqun.compliance.sources import laws
from huiqun.compliance.sources.citing import cite
from huiqun.lib.severity import Severity

TODAY = date(2026, 11, 20)
every_rule = pytest.mark.parametrize("rule", [pytest.param(r, id=r.code) for r in all_rules().values()])


@every_rule
def test_cites_an_article_whose_words_we_hold(rule: Rule):
    citations = [cite(reference) for reference in rule.citations]
    assert citations or rule.basis is Basis.HOUSE
    for citation in citations:
        assert citation.status in ("V", "E")
        assert citation.text.strip()
        assert citation.source.strip()


@every_rule
def test_stands_on_a_law_in_force(rule: Rule):
    assert citations_of(rule, on=TODAY) or rule.basis is Basis.HOUSE


@every_rule
def test_the_banks_own_standard_warns_about_plans_and_names_no_law(rule: Rule):
    if rule.basis is Basis.HOUSE:
        assert rule.is_about_plans
        assert rule.severity is Severity.WARN
        assert not rule.citations


@every_rule
def test_has_examples_of_both_kinds(rule: Rule):
    assert rule.violating
    assert rule.compliant


@every_rule
def test_speaks_both_languages(rule: Rule):
    for words in (rule.name, rule.message, rule.fix):
        assert any("\u4e00" <= char <= "\u9fff" for char in words.zh)
        assert words.en.isascii()


@every_rule
def test_has_exactly_one_way_of_finding(rule: Rule):
    ways = [bool(rule.ways or rule.function), rule.is_about_missing, rule.is_about_plans]
    assert sum(ways) == 1
    assert not rule.function or rule.function in FUNCTIONS
    assert not rule.plan_check or rule.plan_check in PLAN_CHECKS


def test_there_are_enough_rules():
    assert sum(rule.enabled for rule in all_rules().values()) >= 25


def test_no_law_is_held_that_no_rule_cites():
    cited = {
        reference.lstrip("~").partition("#")[0] for r in all_rules().values() for reference in r.citations
    }
    assert set(laws()) == cited


@pytest.mark.parametrize(
    "name", ["反不正当竞争法", "广告法", "金融产品网络营销管理办法", "金融机构产品适当性管理办法"]
)
def test_holds_the_laws_in_their_present_form(name: str):
    assert laws()[name].is_in_force(TODAY)
