"""The rulebook as lawyers search and read it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from huiqun.compliance.checks import citations_of
from huiqun.compliance.queries.rulebook_pages import Asked, rule_page, rules_found, spoken, try_text
from huiqun.compliance.rulebook.families import FAMILIES, family_of
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.more_examples import more_examples
from huiqun.compliance.rulebook.rule import Basis
from tests.conftest import make_staff
from tests.makers.compliance import make_flagged_dossier, make_waiver

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def codes(**asked: Any) -> list[str]:
    return [rule.code for rule in rules_found(Asked(**asked))]


def test_every_family_has_a_name() -> None:
    assert {family_of(code) for code in all_rules()} <= set(FAMILIES)


@pytest.mark.parametrize(
    "words", ["gua-01", "保本", "Principal", "对未来效果、收益", "广告法 保本", "第二十五条"]
)
def test_searches_codes_names_articles_and_examples(words: str) -> None:
    assert "GUA-01" in codes(words=words)
    assert "SMS-01" not in codes(words="gua-01")
    assert codes(words="绝无此语") == []


def test_searches_the_examples_beside_the_rules() -> None:
    violating, _compliant = more_examples("PERF-01")
    assert "PERF-01" in codes(words=violating[-1].split()[0])
    assert more_examples("NO-99") == ((), ())


def test_filters_by_law_kind_channel_severity_and_family() -> None:
    found = codes(law="advertising-law", kind="wealth", channel="sms", severity="block", family="GUA")
    assert "GUA-01" in found
    for code in found:
        rule = all_rules()[code]
        assert rule.severity == "block" and "wealth" in rule.kinds and "sms" in rule.channels
    assert set(codes(family="LOAN")) == {code for code in all_rules() if code.startswith("LOAN-")}
    assert not any(all_rules()[code].is_about_plans for code in codes(channel="sms"))


def test_in_force_on_a_day_leaves_out_what_was_not() -> None:
    later = next(rule for rule in all_rules().values() if rule.effective and rule.enabled)
    assert later.effective
    assert later.code in codes(on=later.effective)
    before = {rule.code: rule for rule in rules_found(Asked(on=later.effective - timedelta(days=1)))}
    assert before.get(later.code) is not later
    assert all(rule.basis is Basis.HOUSE for rule in rules_found(Asked(on=date(2000, 1, 1))))
    for rule in rules_found(Asked(on=TODAY)):
        assert rule.enabled and (rule.basis is Basis.HOUSE or citations_of(rule, on=TODAY))


def test_a_rule_tells_its_ways_in_words(marketer: Any, now: Any) -> None:
    page = rule_page("GUA-01", marketer, on=TODAY, now=now)
    shown = {word for way in page.ways for group in way.groups for words in group for word in words.shown}
    assert any("保" in word for word in shown)
    assert len(page.violating) > 5 and len(page.compliant) > 5
    assert page.is_current and page.citations


def test_counts_what_it_found_and_what_was_waived_within_scope(
    north: Any, marketer: Any, stranger: Any, head_marketer: Any, now: Any
) -> None:
    make_flagged_dossier(branch=north, by=marketer)
    make_waiver(branch=north)
    assert (spoken(marketer, now=now)["PERF-01"].found, spoken(stranger, now=now)) == (2, {})
    everything = spoken(head_marketer, now=now)
    assert everything["PERF-01"].found == 2
    assert sum(each.waived for each in everything.values()) == 1
    assert spoken(marketer, now=now + timedelta(days=91)) == {}


def test_tries_a_text_on_one_rule() -> None:
    tried = try_text(
        "GUA-01",
        text="本理财产品保本保息，全网最低价",
        channel="h5",
        product_kind="wealth",
        product_risk=2,
        on=TODAY,
    )
    assert [each.rule for each in tried.mine] and {each.rule for each in tried.mine} == {"GUA-01"}
    assert "GUA-01" not in {each.rule for each in tried.others} and tried.others


def test_the_page_tries_a_text_with_and_without_htmx(marketer: Any, client_of: Any, now: Any) -> None:
    address = reverse("compliance:rule_detail", args=["GUA-01"])
    form = {"text": "这款理财产品保本", "channel": "h5", "product_kind": "wealth", "product_risk": "2"}
    client = client_of(marketer)
    whole = client.post(address, form).content.decode()
    part = client.post(address, form, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole and "<html" not in part
    for page in (whole, part):
        assert '<mark class="mark mark-block"' in page
    silent = client.post(address, form | {"text": "本产品不保本"}, headers={"HX-Request": "true"})
    assert "<mark" not in silent.content.decode() and "alert-success" in silent.content.decode()
    refused = client.post(address, form | {"text": "好" * 20_001}, headers={"HX-Request": "true"})
    assert refused.status_code == 200 and "field-error" in refused.content.decode()
    wrong = client.post(address, form | {"channel": "tv"}, headers={"HX-Request": "true"})
    assert "field-error" in wrong.content.decode()


def test_the_list_answers_every_filter(legal_reviewer: Any, client_of: Any, now: Any) -> None:
    client = client_of(legal_reviewer)
    asked = {
        "words": "保本",
        "law": "advertising-law",
        "kind": "wealth",
        "channel": "sms",
        "severity": "block",
        "family": "GUA",
        "on": "2026-11-20",
    }
    page = client.get(reverse("compliance:rule_list"), asked).content.decode()
    assert "GUA-01" in page and "LOAN-01" not in page.partition("<tbody>")[2]
    for wrong in ({"on": "2026-02-31"}, {"on": "99999-01-01"}, {"law": "no-law"}, {"family": "X"}):
        assert client.get(reverse("compliance:rule_list"), wrong).status_code == 200


def test_a_rule_on_a_former_day_says_which_version_is_shown(marketer: Any, client_of: Any, now: Any) -> None:
    for day in ("2019-01-01", "2026-11-20", "nonsense"):
        address = reverse("compliance:rule_detail", args=["LOAN-04"])
        assert client_of(marketer).get(address, {"on": day}).status_code == 200


def test_another_role_stays_outside(north: Any, client_of: Any, now: Any) -> None:
    analyst = make_staff("analyst-n", north, "analyst")
    for name in ("compliance:rule_list", "compliance:law_list", "compliance:board"):
        assert client_of(analyst).get(reverse(name)).status_code == 403
