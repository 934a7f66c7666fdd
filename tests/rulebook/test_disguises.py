"""Every kind of disguise is seen through, exactly where it stands; ordinary words stay what they are."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.disguises import LOOKALIKES, PARTS, SYMBOLS, heard_words
from huiqun.compliance.rulebook.reading import read
from tests.rulebook.data import Disguise, disguises

TODAY = date(2026, 11, 20)
DISGUISES = list(disguises())


def spans_found(case: Disguise) -> list[tuple[int | None, int | None]]:
    text = case.before + case.written + case.after
    found = check_copy(text, channel="moments", product_kind=case.kind, product_risk=case.risk, on=TODAY)
    return [(finding.start, finding.end) for finding in found if finding.rule == case.rule]


def test_finds_the_words_where_they_stand():
    wanted = [(case, [(len(case.before), len(case.before) + len(case.written))]) for case in DISGUISES]
    missed = [(case, found) for case, spans in wanted if (found := spans_found(case)) != spans]
    assert missed == []


def test_there_are_enough_of_them():
    assert len(DISGUISES) >= 120
    assert len(PARTS) >= 120


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("收溢稳定", "收益稳定"),
        ("蚌住收益", "保住收益"),
        ("b本b息", "保本保息"),
        ("BB保息", "保本保息"),
        ("征xin花", "征信花"),
        ("教你shua", "教你刷"),
        ("嘿户可贷", "黑户可贷"),
        ("黑hu可贷", "黑户可贷"),
        ("跟著躺賺", "跟着躺赚"),
        ("加V:jc8821", "加微信:jc8821"),
        ("➕薇jc8821", "加微信jc8821"),
        ("全省唯①", "全省唯一"),
        ("10成把握", "100%把握"),
        ("百分之佰放心", "100%放心"),
        ("到貝長", "到账"),
        ("火少股", "炒股"),
        ("risk-free rate", "无风险利率"),
        ("returns are not guaranteed", "returns are 不保证"),
        ("已到帳", "已到账"),
        ("零\n风\n险", "零风险"),
        ("零\n凤\n险", "零风险"),
        ("本\n保", "保本"),
    ],
)
def test_reads_what_is_meant(written: str, meant: str):
    assert read(written).text.replace("百分之百", "100%") == meant


@pytest.mark.parametrize(
    "ordinary",
    [
        "社保本人",
        "太保本周",
        "环保本册",
        "医保本年度",
        "o2o",
        "0手续费",
        "产品代码bbwx01",
        "包本书",
        "余额宝本月",
        "珠宝本周",
        "国宝本身",
        "给bb买",
        "b本驾照",
        "面包过期",
        "消费带来",
        "经营带动",
        "体验今日",
        "手机好用",
        "国家及地方",
        "手续非常简便",
        "湖北五峰县",
        "令风险上升",
        "业务风险",
        "实物风险",
        "债务风险",
        "公告收益",
        "报告收益",
        "固定汇报",
        "保西安",
        "免西装",
        "刚刚对系统",
        "现代款式",
        "手套线上",
        "公司募集",
        "附近群众",
        "这里财务",
        "卫星导航",
        "代言人",
        "指令页",
        "适合手机",
        "少女口红",
        "自身尚未",
        "汽车专用",
        "每日取款",
        "宝贝才艺",
        "外币赚取",
        "以免费时",
        "打理才能",
        "吃饭现金",
        "规范现场",
        "年报收益",
        "余额宝收益",
        "问赢家",
        "隐性担保",
        "10成都路",
        "十成新",
        "第10成员",
        "vip卡",
        "app理财",
        "etf基金",
        "top10",
        "v1.0",
        "2026",
    ],
)
def test_hears_nothing_in_ordinary_words(ordinary: str):
    assert list(heard_words(ordinary)) == []


def test_a_column_points_at_its_own_lines():
    text = "好消息\n稳\n赚\n不\n赔\n欢迎"
    found = check_copy(text, channel="poster", product_kind="fund", product_risk=2, on=TODAY)
    assert [finding.quote for finding in found if finding.rule == "GUA-02"] == ["稳\n赚\n不\n赔"]


def test_every_stretch_lies_apart_and_in_order():
    text = "宝本宝息稳zhuan零凤险wzbp兜低套xian免x秒pi\n本\n保\n收溢" * 20
    done = 0
    for start, end, _ in heard_words(text):
        assert done <= start < end <= len(text)
        done = end


def test_tables_are_of_single_characters():
    assert {len(char) for char in [*SYMBOLS, *LOOKALIKES]} == {1}
    assert all(len(parts) >= 2 for parts in PARTS)
    assert not set(LOOKALIKES) & set("".join(LOOKALIKES.values()))
