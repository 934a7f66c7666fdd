"""The page and the offer's terms on it are read, and judged, as one; each message by itself."""

from datetime import date
from typing import Any

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rules.dossier_texts import judge_texts, texts_of
from huiqun.compliance.rules.findings import Finding

TODAY = date(2026, 11, 20)
WARNING = "理财非存款、产品有风险、投资须谨慎。过往业绩不代表未来表现。"
FIGURE = "稳盈理财近一年年化收益率3.2%,到店可领咖啡券1张。"


def as_wealth(channel: str, words: str) -> tuple[Finding, ...]:
    return check_copy(words, channel=channel, product_kind="wealth", product_risk=2, on=TODAY)


def judged(page: str, terms: str = "", **more: Any) -> dict[str, tuple[Finding, ...]]:
    offer = {"name": "咖啡券", "item": "咖啡券", "terms": terms} if terms else None
    body = {"page": {"title": "沙龙", "body": page}, "offer": offer, **more}
    return judge_texts(texts_of(body), check=as_wealth)


def missing(found: tuple[Finding, ...]) -> set[str]:
    return {each.rule for each in found if each.start is None}


def test_each_finding_keeps_its_part_and_its_words() -> None:
    page, terms = f"广告\n保本理财\n{WARNING}", "到店领取,稳赚不赔"
    found = judged(page, terms, variants=[{"key": "sms-a", "channel": "sms", "body": "保证收益"}])
    texts = {"page": f"沙龙\n{page}", "offer": f"咖啡券\n咖啡券\n{terms}", "sms-a": "保证收益"}
    assert found.keys() == texts.keys()
    for part, words in (("page", "保本"), ("offer", "稳赚不赔"), ("sms-a", "保证收益")):
        said = [each for each in found[part] if each.start is not None]
        assert any(words in each.quote for each in said), part
        assert all(texts[part][each.start : each.end] == each.quote for each in said), part


def test_a_figure_in_the_terms_makes_the_pages_warning_due() -> None:
    bare = judged("广告\n邀请您到店品鉴。")
    owed = missing(judged("广告\n邀请您到店品鉴。", FIGURE)["page"]) - missing(bare["page"])
    assert owed
    assert owed <= missing(judged(f"广告\n邀请您到店品鉴。\n{FIGURE}")["page"])


def test_the_warning_may_stand_on_the_page_or_in_the_terms() -> None:
    page = "广告\n邀请您到店品鉴。"
    for found in (judged(f"{page}\n{WARNING}", FIGURE), judged(page, f"{FIGURE}\n{WARNING}")):
        assert missing(found["page"]) < missing(judged(page, FIGURE)["page"])
        assert missing(found["offer"]) == set()


def test_terms_without_a_page_answer_for_themselves() -> None:
    found = judge_texts(
        texts_of({"page": {"title": "", "body": ""}, "offer": {"terms": FIGURE}}), check=as_wealth
    )
    assert list(found) == ["offer"] and missing(found["offer"])


def test_messages_do_not_answer_for_each_other() -> None:
    variants = [
        {"key": "a", "channel": "email", "body": FIGURE},
        {"key": "b", "channel": "email", "body": WARNING},
    ]
    assert missing(judge_texts(texts_of({"variants": variants}), check=as_wealth)["a"])
