"""Rules that many ask about are read out once; what is kept never outlives what it was made from."""

from typing import Any

import pytest
from django.utils import translation

from huiqun.audiences import queries, rules
from tests.makers.audiences import TODAY, make_lake, profile

WOMEN = {"field": "profile.sex", "op": "eq", "value": "F"}


def words(rule: Any) -> list[str]:
    found = queries.why(rule=rule, customer_id=1, branch_ids=None, today=TODAY)
    return [line.words for line in found.lines]


@pytest.fixture(autouse=True)
def _people(north: Any) -> None:
    make_lake(profiles=[profile(1, north, sex="F")])


def test_a_rule_is_said_in_the_language_of_whoever_asks() -> None:
    with translation.override("zh-hans"):
        chinese = words(WOMEN)
    with translation.override("en"):
        english = words(WOMEN)
    assert chinese != english and english[0].isascii()


def test_a_wrong_rule_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(rules.RuleInvalid):
            words({"field": "profile.sex", "op": "gt", "value": "F"})
