"""What every rule must have before it may speak."""

from collections.abc import Callable
from datetime import date

import pytest

from huiqun.compliance.checks import citations_of
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.plans import PLAN_CHECKS
from huiqun.compliance.rulebook.rule import Basis, Rule, Words
from huiqun.compliance.rules.findings import Citation
from huiqun.compliance.sources import laws
from huiqun.compliance.sources.citing import cite
from huiqun.lib.severity import Severity

TODAY = date(2026, 11, 20)
RULES = tuple(all_rules().values())


def breaking(keeps: Callable[[Rule], bool]) -> list[str]:
    """The rules that do not keep a promise, all of them."""
    return [rule.code for rule in RULES if not keeps(rule)]


def test_all_cite_articles_whose_words_we_hold():
    def is_held(citation: Citation) -> bool:
        return citation.status in ("V", "E") and bool(citation.text.strip() and citation.source.strip())

    def keeps(rule: Rule) -> bool:
        citations = [cite(reference) for reference in rule.citations]
        return all(map(is_held, citations)) and bool(citations or rule.basis is Basis.HOUSE)

    assert breaking(keeps) == []


def test_all_stand_on_a_law_in_force():
    assert breaking(lambda rule: bool(citations_of(rule, on=TODAY)) or rule.basis is Basis.HOUSE) == []


def test_the_banks_own_standards_warn_about_plans_and_name_no_law():
    def keeps(rule: Rule) -> bool:
        if rule.basis is not Basis.HOUSE:
            return True
        return rule.is_about_plans and rule.severity is Severity.WARN and not rule.citations

    assert breaking(keeps) == []


def test_all_have_examples_of_both_kinds():
    assert breaking(lambda rule: bool(rule.violating and rule.compliant)) == []


def test_all_speak_both_languages():
    def speaks_both(words: Words) -> bool:
        return any("\u4e00" <= char <= "\u9fff" for char in words.zh) and words.en.isascii()

    assert breaking(lambda rule: all(map(speaks_both, (rule.name, rule.message, rule.fix)))) == []


def test_all_have_exactly_one_way_of_finding():
    def keeps(rule: Rule) -> bool:
        ways = [bool(rule.ways or rule.function), rule.is_about_missing, rule.is_about_plans]
        known = not rule.function or rule.function in FUNCTIONS
        return sum(ways) == 1 and known and (not rule.plan_check or rule.plan_check in PLAN_CHECKS)

    assert breaking(keeps) == []


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
