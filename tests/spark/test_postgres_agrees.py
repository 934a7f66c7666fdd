"""DuckDB and PostgreSQL choose the same customers, field by field and on rules at random."""

import random
from typing import Any

import pytest

from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import DuckEngine
from huiqun.foundation.fields import AudienceField
from tests.spark.random_rules import every_field, leaves_of, parsed, trees
from tests.spark.witnesses import Postgres

TREES = 60


@pytest.mark.parametrize("field", every_field(), ids=lambda field: field.name)
def test_a_field_means_the_same_to_postgresql(field: AudienceField, postgres: Postgres, scope: Scope) -> None:
    rng, duck = random.Random(field.name), DuckEngine()
    for rule in leaves_of(field, rng, 2):
        for each in (rule, {"not": rule}):
            assert postgres.chosen(parsed(each), scope) == set(duck.chosen(parsed(each), scope)), each


def test_rules_at_random_mean_the_same_to_postgresql(postgres: Postgres, scope: Scope) -> None:
    duck, differ = DuckEngine(), list[Any]()
    for seed, rule in trees(TREES, 1):
        if postgres.chosen(parsed(rule), scope) != set(duck.chosen(parsed(rule), scope)):
            differ.append((seed, rule))
    assert differ == []
