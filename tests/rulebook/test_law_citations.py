"""No rule, and no copy, may lean on a law that is gone or never was."""

import re
from datetime import date

import pytest

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import Basis
from huiqun.compliance.sources import laws
from huiqun.compliance.sources.citing import law_of
from huiqun.compliance.sources.titles import bare, known_titles, renamed_bodies, repealed

TODAY = date(2026, 11, 20)


def findings(text: str, code: str) -> list[tuple[str, str | None]]:
    found = check_copy(text, channel="h5", product_kind="brand", product_risk=None, on=TODAY)
    return [(finding.quote, finding.replacement) for finding in found if finding.rule == code]


def test_rules_cite_only_laws_in_force():
    rules = [rule for rule in all_rules().values() if rule.enabled]
    gone = [
        (rule.code, reference)
        for rule in rules
        for reference in rule.citations
        if {bare(law_of(reference).name), bare(law_of(reference).official_name)} & set(repealed())
    ]
    without = [
        rule.code
        for rule in rules
        if rule.basis is not Basis.HOUSE
        and not any(law_of(reference).is_in_force(TODAY) for reference in rule.citations)
    ]
    assert (gone, without) == ([], [])


def test_what_is_gone_stays_gone():
    everything = [*repealed().values(), *renamed_bodies().values()]
    assert all(gone.since <= TODAY for gone in everything)
    assert not {bare(law.name) for law in laws().values()} & set(repealed())


def test_successors_are_laws_that_exist():
    successors = {bare(gone.successor) for gone in repealed().values() if gone.successor}
    assert successors <= known_titles() - set(repealed())


def test_the_list_of_real_titles_is_long():
    assert len(known_titles()) >= 250


def test_one_click_puts_the_successor():
    laws = repealed().values()
    wanted = {
        gone.name: [(f"《{gone.name}》", f"《{gone.successor}》" if gone.successor else None)]
        for gone in laws
    }
    assert {gone.name: findings(f"依据《{gone.name}》办理。", "LAW-01") for gone in laws} == wanted


def test_one_click_names_the_present_authority():
    bodies = renamed_bodies().values()
    wanted = {gone.name: [(gone.name, gone.successor)] for gone in bodies}
    assert {gone.name: findings(f"可向{gone.name}反映。", "LAW-02") for gone in bodies} == wanted


def test_an_article_of_a_repealed_law_is_not_replaced():
    """The successor numbers its articles in another way."""
    assert findings("按照《合同法》第五十二条，该条款无效。", "LAW-01") == [("《合同法》第五十二条", None)]


def test_real_titles_are_never_flagged():
    titles = sorted(known_titles() - set(repealed()))
    flagged = [title for title in titles if findings(f"根据《{title}》第三条规定，本行依法办理。", "LAW-01")]
    assert flagged == []


@pytest.mark.parametrize(
    "text",
    [
        "《合同法》已废止，现适用《民法典》。",
        "《担保法》《物权法》自2021年1月1日起同时废止。",
        "民法典取代了《婚姻法》等九部法律。",
        "旧的《商业银行理财产品销售管理办法》曾要求首次购买须面签。",
        "请阅读《产品说明书》《风险揭示书》《个人信息保护政策》。",
        "《阶梯存款法》和《家庭理财六步法》，您用哪一种？",
        "根据《江川银行信用卡积分管理办法》，积分五年有效。",
        "依据《江川市消费者权益保护条例》，您可以要求退货。",
        "详见《信用卡领用合约》与《个人借款合同》。",
        "本周共读：《证券分析》《理财的本质》。",
        "《活动细则》规定每户限领一次。",
    ],
)
def test_history_contracts_and_books_are_no_law(text):
    assert findings(text, "LAW-01") == []


@pytest.mark.parametrize(
    "text",
    [
        "原银保监会发布的通知继续有效。",
        "（银监会令2011年第5号）",
        "银保监会于2023年5月改组为国家金融监督管理总局，此前的文件仍可查询。",
        "时任保监会主席出席。",
        "《中国银保监会行政处罚办法》现行有效。",
        "银保监规〔2022〕13号要求以利息形式展示分期成本。",
    ],
)
def test_history_and_document_numbers_are_no_present_authority(text):
    assert findings(text, "LAW-02") == []


@pytest.mark.parametrize(
    "text",
    [
        "《理财保障法》保护您的投资。",
        "根据《金融产品营销促进法》，本活动合法合规。",
        "《中华人民共和国存款法》规定了您的权利。",
        "依据《银行业金融机构营销管理暂行办法》第八条，我行开展本活动。",
        "《储户权益保障条例》为您撑腰。",
    ],
)
def test_titles_that_never_existed_are_refused(text):
    assert [quote for quote, _ in findings(text, "LAW-01")] == [re.search("《[^》]+》", text)[0]]
