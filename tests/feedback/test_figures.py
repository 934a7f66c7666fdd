"""What answers come to."""

from huiqun.feedback.rules.articles import bigrams, ranked
from huiqun.feedback.rules.figures import cross_table, mean_of, nps_of, suggested_words, without_numbers


def test_nps_by_hand() -> None:
    found = nps_of({10: 50, 8: 30, 3: 20})
    assert found is not None and found.score == 30 and found.count == 100
    assert 13 < found.low < 16 and 43 < found.high < 46
    assert nps_of({}) is None


def test_few_answers_are_not_certain() -> None:
    found = nps_of({10: 2})
    assert found is not None and found.score == 100 and found.low < 50


def test_mean_by_hand() -> None:
    found = mean_of({5: 2, 3: 2})
    assert found is not None and found.value == 4 and found.low < 3 < 5 < found.high


def test_a_single_hidden_group_hides_another() -> None:
    said = [("大", "a")] * 30 + [("中", "a")] * 15 + [("小", "b")] * 3
    given = [(person, group, answer) for person, (group, answer) in enumerate(said)]
    rows = {row.label: row.count for row in cross_table(given, columns=["a", "b"])}
    assert rows == {"大": 30, "中": None, "小": None}


def test_few_people_who_tick_much_are_still_few() -> None:
    given = [(person, "大", "a") for person in range(30)] + [(person, "中", "a") for person in range(50, 70)]
    given += [(person, "小", answer) for person in range(90, 94) for answer in "abc"]
    rows = {row.label: row.count for row in cross_table(given, columns=["a", "b", "c"])}
    assert rows == {"大": 30, "中": None, "小": None}


def test_pairs_of_characters_and_whole_words() -> None:
    assert bigrams("ATM取款限额") == ["atm", "取款", "款限", "限额"]
    assert bigrams("的吗") == []


def test_a_question_finds_what_is_near() -> None:
    known = {1: bigrams("信用卡年费怎么减免"), 2: bigrams("定期存款怎么转存"), 3: bigrams("积分如何兑换")}
    assert ranked(bigrams("我的信用卡年费能免吗"), known)[0] == 1
    assert ranked(bigrams("今天天气不错"), known) == []


def test_suggests_what_several_speak_of() -> None:
    texts = ["排队太久", "排队时间长", "礼品太少", "态度很好"]
    assert "排队" in dict(suggested_words(texts))
    assert "排队" not in dict(suggested_words(texts, known=["排队"]))


def test_numbers_are_hidden() -> None:
    assert without_numbers("打13912345678或写a.b@c.com") == "打•••或写•••"
