"""Spark, DuckDB and PostgreSQL choose the same customers, field by field and on rules at random.

More rules at random: make spark-conformance N=1000.
"""

import random
from typing import Any

import pytest

from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import DuckEngine
from tests.spark.conformance import differences
from tests.spark.random_rules import every_field, leaves_of, parsed, trees
from tests.spark.witnesses import Postgres

pytestmark = [pytest.mark.slow, pytest.mark.spark]

TREES = 50


def _by_operator() -> list[dict[str, Any]]:
    """Each comparison of each type of field once, and each field at least once: the whole cross product is the
    command's, since a question costs a cluster of two small workers a second or more."""
    rng, asked, seen = random.Random(7), [], set()
    for field in every_field():
        rules = list(leaves_of(field, rng))
        new = [rule for rule in rules if (field.type, rule["op"]) not in seen]
        seen |= {(field.type, rule["op"]) for rule in new}
        asked += new or [rng.choice(rules)]
    return asked


CONDITIONS = _by_operator()
AT_ONCE = 8


@pytest.mark.parametrize("first", range(0, len(CONDITIONS), AT_ONCE))
def test_conditions_mean_the_same_to_spark(first: int, spark: Any, scope: Scope) -> None:
    """Each, and none of it."""
    rules = CONDITIONS[first : first + AT_ONCE]
    rules = [*rules, *({"not": rule} for rule in rules)]
    nodes = [parsed(rule) for rule in rules]
    duck = DuckEngine()
    for rule, node, found in zip(rules, nodes, spark.chosen_each(nodes, scope), strict=True):
        assert found == duck.chosen(node, scope), rule


def test_rules_at_random_mean_the_same_to_all_three(spark: Any, postgres: Postgres, scope: Scope) -> None:
    found = list(differences(trees(TREES, 1), spark=spark, postgres=postgres, scope=scope))
    assert found == []


@pytest.mark.parametrize("text", ["${x}", "${env:HOME}", "it's", "C:\\x", "\\%"])
def test_a_text_that_looks_like_something_else_means_itself(text: str, spark: Any, scope: Scope) -> None:
    """A cluster puts values of its own where it reads ``${…}``, unless its session says otherwise."""
    node = parsed({"field": "profile.city", "op": "eq", "value": text})
    assert spark.chosen(node, scope) == DuckEngine().chosen(node, scope)
