"""The pure rules of review: the chain, what changed, when it is due, how long a licence carries."""

from datetime import UTC, date, datetime

import pytest

from huiqun.compliance.rules import chain, differences, evidence, licences, reviews
from huiqun.lib import merkle

LEAST = tuple(chain.ChainLine(name=role, role=role, working_days=1, least=True) for role in chain.LEAST)
CONSUMER = chain.ChainLine(name="消保", role="risk_officer", working_days=2, min_budget_fen=100)


def roles(*lines: chain.ChainLine, budget_fen: int = 0, branch_ids: tuple[int, ...] = ()) -> list[str]:
    return [each.role for each in chain.steps_for(lines, branch_ids=branch_ids, budget_fen=budget_fen)]


def test_an_added_step_stands_where_it_was_put() -> None:
    lines = (*LEAST[:2], CONSUMER, LEAST[2])
    assert roles(*lines, budget_fen=99) == list(chain.LEAST)
    assert roles(*lines, budget_fen=100) == [
        "business_reviewer",
        "legal_reviewer",
        "risk_officer",
        "compliance_reviewer",
    ]


def test_a_branchs_own_step_is_for_that_branch() -> None:
    local = chain.ChainLine(name="支行", role="risk_officer", working_days=1, branch_id=7)
    assert len(roles(*LEAST, local, branch_ids=(1, 7))) == 4
    assert len(roles(*LEAST, local, branch_ids=(1, 8))) == 3


@pytest.mark.parametrize("lines", [(), LEAST[:2], LEAST[::-1], (CONSUMER,), (*LEAST, LEAST[0])])
def test_refuses_less_than_the_least(lines: tuple[chain.ChainLine, ...]) -> None:
    with pytest.raises(chain.ChainBelowLeast):
        chain.steps_for(lines, branch_ids=(), budget_fen=0)


def spans(old: str, new: str) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in differences.compare_texts(old, new)]


def test_differences_are_by_word() -> None:
    assert spans("年化2.15%", "年化2.50%") == [("same", "年化"), ("removed", "2.15%"), ("added", "2.50%")]
    assert spans("点 {{ link }}", "点 {{ optout }}") == [
        ("same", "点 "), ("removed", "{{ link }}"), ("added", "{{ optout }}"),
    ]  # fmt: skip


def test_a_lone_character_between_changes_joins_them() -> None:
    assert spans("甲乙丙丁", "子乙丑丁") == [("removed", "甲乙丙"), ("added", "子乙丑"), ("same", "丁")]


@pytest.mark.parametrize(
    ("old", "new"), [("", "新"), ("旧", ""), ("客户您好，请回复R退订", "尊敬的客户，回复T退订")]
)
def test_spans_give_both_texts_back(old: str, new: str) -> None:
    found = differences.compare_texts(old, new)
    assert "".join(each.text for each in found if each.kind != "added") == old
    assert "".join(each.text for each in found if each.kind != "removed") == new


def test_variants_are_compared_by_key_and_not_by_place() -> None:
    first, second = {"key": "a", "body": "甲"}, {"key": "b", "body": "乙"}
    found = differences.compare({"variants": [first, second]}, {"variants": [second, first]})
    assert {each.state for each in found} == {"same"}


def test_due_times_skip_holidays() -> None:
    before_national_day = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    assert reviews.due_time(before_national_day, 1) == datetime(2026, 10, 8, 10, 0, tzinfo=UTC)


def test_a_licence_carries_through_its_last_day() -> None:
    def state(day: date, *, ended: bool = False) -> str:
        dates = licences.LicenceDates(number="1", expires_date=date(2026, 12, 31), ended=ended)
        return licences.licence_state(dates, on=day)

    assert state(date(2026, 11, 30)) == "valid"
    assert state(date(2026, 12, 1)) == state(date(2026, 12, 31)) == "expiring"
    assert state(date(2027, 1, 1)) == "expired"
    assert state(date(2026, 1, 1), ended=True) == "ended"
    assert licences.is_valid(licences.LicenceDates(number="1", expires_date=None), on=date(2099, 1, 1))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_roots_and_paths_from_hashes_are_those_of_the_rows(size: int) -> None:
    rows = [bytes([each]) for each in range(size)]
    hashes = [merkle.leaf_hash(row) for row in rows]
    assert evidence.root_of_hashes(hashes) == merkle.root(rows)
    for index in range(size):
        assert evidence.path_of(hashes, index) == merkle.proof(rows, index)
    assert evidence.unpack_leaves(evidence.pack_leaves(enumerate(hashes))) == list(enumerate(hashes))
