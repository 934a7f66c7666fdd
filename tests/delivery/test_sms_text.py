"""Length, segments, templates: plain values."""

import pytest

from huiqun.delivery.rules.sms_templates import (
    Registration,
    SignatureUnreadable,
    Template,
    TemplateUnreadable,
    check_signature_text,
    check_template_text,
    match,
)
from huiqun.delivery.rules.sms_text import measure, signature_of, stop_words


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("一" * 70, 70, 1),
        ("一" * 71, 71, 2),
        ("一" * 134, 134, 2),
        ("一" * 135, 135, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
    ],
)
def test_counts_as_operators_do(text: str, units: int, segments: int) -> None:
    length = measure(text)
    assert (length.units, length.segments) == (units, segments)


def test_one_chinese_character_makes_all_of_them_long() -> None:
    assert measure("a" * 100).segments == 1
    assert measure("a" * 100 + "元").segments == 2


def test_a_pair_is_never_cut_in_two() -> None:
    """67 units take 33 pairs and a half: the half pair goes into the next segment whole."""
    assert measure("😀" * 35).segments == 1
    assert measure("😀" * 66).segments == 2
    assert measure("😀" * 67).segments == 3


def test_words_of_opting_out_and_the_signature_are_part_of_the_text() -> None:
    text = "【江川银行】您好,详情请到网点 拒收请回复R"
    assert (signature_of(text), stop_words(text)) == ("【江川银行】", "拒收请回复R")
    assert measure(text).units == len(text)
    assert signature_of("您好【江川银行】") == "" and stop_words("您好") == ""


def test_finds_what_is_filled_in() -> None:
    found = match("尊敬的${name:6},您有${what:8}活动", "尊敬的王女士,您有健康讲座活动")
    assert found is not None and dict(found.values) == {"name": "王女士", "what": "健康讲座"}
    assert match("您好${name}", "再见王女士") is None
    assert match("验证码", "验证码!") is None


def test_says_which_place_is_too_small() -> None:
    found = match("尊敬的${name:2},您好", "尊敬的欧阳女士,您好")
    assert found is not None and [place.name for place in found.too_long] == ["name"]


def test_takes_the_way_that_keeps_the_lengths() -> None:
    """The first comma would leave too much for the second place."""
    found = match("${a:5},${b:3}", "甲,乙,丙丁")
    assert found is not None and not found.too_long and found.values == {"a": "甲,乙", "b": "丙丁"}


def test_long_texts_of_many_ways_are_read_in_no_time() -> None:
    """A template of alike pieces may be followed in more ways than can be tried one by one."""
    template = "a".join(f"${{p{number}:999}}" for number in range(10)) + "b"
    assert match(template, "a" * 1_000) is None


@pytest.mark.parametrize(
    "text", ["", "您好${}", "${a}${b}", "${a}和${a}", "x" * 501, "和".join(f"${{p{n}}}" for n in range(11))]
)
def test_refuses_a_template_that_cannot_be_used(text: str) -> None:
    with pytest.raises(TemplateUnreadable):
        check_template_text(text)


@pytest.mark.parametrize(
    "text", ["江川银行", "【】", "【行】", "【12345】", "【江川银行】您好", "【" + "行" * 21 + "】"]
)
def test_refuses_what_is_no_signature(text: str) -> None:
    with pytest.raises(SignatureUnreadable):
        check_signature_text(text)


class TestRegistration:
    registered = Registration(
        demands="template",
        signatures=("【江川银行】",),
        templates=(Template("T1", "${who:6}您好 拒收请回复R"), Template("T2", "活动开始了 拒收请回复R")),
        price=4_000,
    )

    @pytest.mark.parametrize(
        ("text", "problem", "template"),
        [
            ("【江川银行】王女士您好 拒收请回复R", "", "T1"),
            ("【江川银行】活动开始了 拒收请回复R", "", "T2"),
            ("王女士您好 拒收请回复R", "signature_missing", ""),
            ("【江川支行】王女士您好 拒收请回复R", "signature_not_approved", ""),
            ("【江川银行】再见 拒收请回复R", "template_not_approved", ""),
            ("【江川银行】很长很长的名字您好 拒收请回复R", "value_too_long", "T1"),
        ],
    )
    def test_reads_a_text(self, text: str, problem: str, template: str) -> None:
        reading = self.registered.read(text)
        assert (reading.problem, reading.template) == (problem, template)

    def test_demands_nothing_unless_told(self) -> None:
        assert Registration().read("您好").problem == ""

    def test_costs_by_segment(self) -> None:
        assert self.registered.cost(3) == 12.0
