"""Rules at random over the whole catalogue, whatever fields it has by then."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from huiqun.audiences import rules
from huiqun.audiences.rules.operators import Takes, operators
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, FieldType, Parameter
from tests.makers.audiences import TODAY
from tests.spark.rows import BIRTHDAYS, KINDS, NUMBERS, TEXTS, TOPICS

FAMILY_MEMBERS = {
    "attribute": ("job", "等级", "nobody has this"),
    "attribute_number": ("grade", "nobody has this"),
    "audience": ("7",),
    "tag": ("vip", "nobody has this"),
    "score": ("churn",),
}
"""Names in the lake (tests/spark/rows.py); a family that is not listed is asked for a member nobody has."""
_NUMBERS = [0, 1, 2, 3, 26, 30, 41, 40.5, 41.000001, 58.5, 60, 100, -3, 0.5, 1000, 300]
_MONEY = [0, 0.01, -0.01, 1, 500, 2500, 5000, 49999.99, 50000, 100000, -1, 9999999999999.99, 10**13]
_PERCENT = [0, -50, -99.99, 50, 100, 33.333333, 1e-7, 900]
_DAYS = [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=30), TODAY + timedelta(days=30), *BIRTHDAYS]


def every_field() -> list[AudienceField]:
    known = list(fields.catalogue())
    for prefix in fields.families():
        found = (fields.find(f"{prefix}:{name}") for name in FAMILY_MEMBERS.get(prefix, ("nobody has this",)))
        known += [field for field in found if field is not None]
    return known


def leaves_of(field: AudienceField, rng: random.Random, each: int = 1) -> Iterator[dict[str, Any]]:
    """``each`` conditions for every comparison that the field has."""
    for operator, takes in operators(field).items():
        for _ in range(each):
            yield leaf(field, operator, takes, rng)


def leaf(field: AudienceField, operator: str, takes: Takes, rng: random.Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"field": field.name, "op": operator}
    if takes is not Takes.NOTHING:
        rule["value"] = _operand(field, operator, takes, rng)
        if field.absent is None and rng.random() < 0.3:
            rule["missing"] = rng.choice(["include", "exclude"])
    given = {
        each.name: _argument(each, rng) for each in field.parameters if each.required or rng.random() < 0.5
    }
    return {**rule, "with": given} if given else rule


def trees(number: int, seed: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Seed of its own and rule."""
    known = every_field()
    for each in range(seed, seed + number):
        rng = random.Random(each)
        yield each, _tree(known, rng, rng.randint(1, 4))


def _tree(known: list[AudienceField], rng: random.Random, depth: int) -> dict[str, Any]:
    if depth == 0 or rng.random() < 0.2:
        field = rng.choice(known)
        operator, takes = rng.choice(list(operators(field).items()))
        return leaf(field, operator, takes, rng)
    if rng.random() < 0.25:
        return {"not": _tree(known, rng, depth - 1)}
    return {rng.choice(["all", "any"]): [_tree(known, rng, depth - 1) for _ in range(rng.randint(1, 3))]}


def _operand(field: AudienceField, operator: str, takes: Takes, rng: random.Random) -> Any:
    if takes is Takes.DAYS:
        return rng.choice([0, 1, 7, 30, 31, 90, 365, 36_600])
    if takes is Takes.LIST:
        return [_value(field, operator, rng) for _ in range(rng.randint(1, 4))]
    if takes is Takes.TWO:
        return sorted((_value(field, operator, rng) for _ in range(2)), key=_order)
    return _value(field, operator, rng)


def _order(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _value(field: AudienceField, operator: str, rng: random.Random) -> Any:
    if field.type is FieldType.FLAG:
        return rng.choice([True, False])
    if field.type is FieldType.CODE:
        return rng.choice([choice.value for choice in field.choices] or ["fund"])
    if field.type is FieldType.DAY:
        return rng.choice(_DAYS).isoformat()
    if field.type is FieldType.TEXT:
        whole = rng.choice([*TEXTS, *NUMBERS[:5]])
        start = rng.randrange(len(whole))
        return whole if operator in ("eq", "ne", "in", "not_in") else whole[start : start + rng.randint(1, 3)]
    return rng.choice({FieldType.MONEY: _MONEY, FieldType.PERCENT: _PERCENT}.get(field.type, _NUMBERS))


def _argument(parameter: Parameter, rng: random.Random) -> Any:
    if parameter.type is FieldType.NUMBER:
        usual = [
            each for each in (1, 2, 7, 30, 60, 90, 100) if parameter.minimum <= each <= parameter.maximum
        ]
        return rng.choice(usual or [parameter.minimum])
    if parameter.choices and (parameter.type is FieldType.CODE or rng.random() < 0.7):
        values = [str(choice.value) for choice in parameter.choices]
    else:
        values = [each for each in [*TOPICS, *KINDS] if each]
    if not parameter.several:
        return rng.choice(values)
    return rng.sample(values, min(len(values), rng.randint(1, 3)))


def parsed(rule: Any) -> rules.Node:
    return rules.parse(rule)
