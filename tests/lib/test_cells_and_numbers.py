"""What somebody typed stays text in a spreadsheet, and becomes a number only where it is one."""

import pytest

from huiqun.lib.cells import harmless
from huiqun.lib.numbers import whole


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_cell_is_no_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "王小明", "1=1", " =1"])
def test_other_text_is_left_alone(text):
    assert harmless(text) == text


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), (" 7 ", 7), ("9" * 18, 10**18 - 1)])
def test_a_whole_number_is_read(text, number):
    assert whole(text, 5) == number


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "²", "四", "٣", "9" * 19, "1e3", "\x00"])
def test_anything_else_is_none(text):
    assert whole(text, 5) == 5
