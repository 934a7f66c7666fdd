"""Spark, DuckDB and PostgreSQL choose the same customers, field by field and on rules at random.

More rules at random: make spark-conformance N=1000.
"""

import random
from typing import Any

import pytest

from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import DuckEngine
from huiqun.foundation.fields import AudienceField
from tests.spark.conformance import differences
from tests.spark.random_rules import every_field, leaves_of, parsed, trees
from tests.spark.witnesses import Postgres

pytestmark = [pytest.mark.slow, pytest.mark.spark]

TREES = 50


@pytest.mark.parametrize("field", every_field(), ids=lambda field: field.name)
def test_a_field_means_the_same_to_spark(field: AudienceField, spark: Any, scope: Scope) -> None:
    """Every comparison, and none of it."""
    rules = list(leaves_of(field, random.Random(field.name)))
    rules += [{"not": rule} for rule in rules]
    nodes = [parsed(rule) for rule in rules]
    duck = DuckEngine()
    for rule, node, found in zip(rules, nodes, spark.chosen_each(nodes, scope), strict=True):
        assert found == duck.chosen(node, scope), rule


def test_rules_at_random_mean_the_same_to_all_three(spark: Any, postgres: Postgres, scope: Scope) -> None:
    found = list(differences(trees(TREES, 1), spark=spark, postgres=postgres, scope=scope))
    assert found == []
