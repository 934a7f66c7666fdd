"""A rule tree: read from JSON, checked, and refused where it is wrong."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from huiqun.audiences.rules import values
from huiqun.audiences.rules.operators import Takes, operators
from huiqun.audiences.rules.refusals import (
    EmptyGroup,
    MemberMissing,
    NotAChoice,
    NotANode,
    NotJson,
    ParameterMissing,
    TooDeep,
    TooLong,
    UnknownField,
    UnknownFieldAlike,
    UnknownKey,
    UnknownOperator,
)
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField

MAX_DEPTH = 8
MAX_LEAVES = 100
MAX_TEXT = 100_000
LEAF_KEYS = frozenset({"field", "with", "op", "value", "missing"})


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One condition. ``value`` is checked and in the lake's units (fen, days as dates)."""

    path: str
    field: AudienceField
    arguments: Mapping[str, Any]
    operator: str
    value: Any
    include_missing: bool = False

    @cached_property
    def asks_for(self) -> str:
        """The field with its arguments, as text."""
        return f"{self.field.name} {json.dumps(self.arguments, sort_keys=True, ensure_ascii=False)}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """All or any of some nodes. Only the root may hold none: everybody."""

    path: str
    every: bool
    items: tuple["Node", ...]


@dataclass(frozen=True, kw_only=True)
class Negation:
    path: str
    item: "Node"


Node = Leaf | Group | Negation


def read(text: str) -> Any:
    """JSON as a person typed it. :raises NotJson"""
    try:
        if len(text) > MAX_TEXT:
            raise TooLong(path="rule", limit=MAX_LEAVES)
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(path="rule", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise TooDeep(path="rule", limit=MAX_DEPTH) from None


def parse(rule: Any) -> Node:
    """The checked tree. :raises RuleInvalid with the path of what is wrong"""
    node = _node(rule, "rule", 1)
    if sum(1 for _leaf in leaves(node)) > MAX_LEAVES:
        raise TooLong(path="rule", limit=MAX_LEAVES)
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Negation):
        yield from leaves(node.item)
    else:
        for item in node.items:
            yield from leaves(item)


def _node(rule: Any, path: str, depth: int) -> Node:
    if not isinstance(rule, dict):
        raise NotANode(path=path)
    if depth > MAX_DEPTH:
        raise TooDeep(path=path, limit=MAX_DEPTH)
    for key in ("all", "any"):
        if key in rule:
            return _group(rule, key, path, depth)
    if "not" in rule:
        _only(rule, {"not"}, path)
        return Negation(path=path, item=_node(rule["not"], f"{path}.not", depth + 1))
    if "field" not in rule:
        raise NotANode(path=path)
    return _leaf(rule, path)


def _group(rule: dict[str, Any], key: str, path: str, depth: int) -> Group:
    _only(rule, {key}, path)
    items, place = rule[key], f"{path}.{key}"
    if not isinstance(items, list):
        raise NotANode(path=place)
    if not items and not (depth == 1 and key == "all"):
        raise EmptyGroup(path=place)
    if len(items) > MAX_LEAVES:
        raise TooLong(path=place, limit=MAX_LEAVES)
    nodes = tuple(_node(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(items))
    return Group(path=path, every=key == "all", items=nodes)


def _leaf(rule: dict[str, Any], path: str) -> Leaf:
    _only(rule, LEAF_KEYS, path)
    name = rule["field"]
    field = fields.find(name) if isinstance(name, str) and len(name) <= 120 else None
    if field is None:
        _refuse_field(name, f"{path}.field")
    allowed = operators(field)
    operator = rule.get("op")
    if not isinstance(operator, str) or operator not in allowed:
        raise UnknownOperator(
            path=f"{path}.op", field=field.label, operator=values.shown(operator), allowed=", ".join(allowed)
        )
    return Leaf(
        path=path,
        field=field,
        arguments=_arguments(field, rule.get("with", {}), f"{path}.with"),
        operator=operator,
        value=values.operand(field, allowed[operator], rule, f"{path}.value"),
        include_missing=_missing(field, allowed[operator], rule, path),
    )


def _refuse_field(name: Any, path: str) -> NoReturn:
    if isinstance(name, str) and name.endswith(":") and name[:-1] in fields.families():
        raise MemberMissing(path=path, family=fields.family_kind(name[:-1]).label)
    near = values.alike(name, (each.name for each in fields.catalogue()))
    if near:
        raise UnknownFieldAlike(path=path, field=values.shown(name), near=near)
    raise UnknownField(path=path, field=values.shown(name))


def _missing(field: AudienceField, takes: Takes, rule: dict[str, Any], path: str) -> bool:
    """Whether customers for whom the field is unknown are taken in; a field with an absent value has none."""
    if "missing" not in rule:
        return False
    place = f"{path}.missing"
    if field.absent is not None or takes is Takes.NOTHING:
        raise UnknownKey(path=place, key="missing")
    if rule["missing"] not in ("include", "exclude"):
        raise NotAChoice(path=place, value=values.shown(rule["missing"]), allowed="include, exclude")
    return bool(rule["missing"] == "include")


def _arguments(field: AudienceField, given: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise NotANode(path=path)
    for name in given:
        if field.parameter(name) is None:
            raise UnknownKey(path=path, key=values.shown(name))
    arguments = {}
    for parameter in field.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None or value in ("", []):
            if parameter.required:
                raise ParameterMissing(path=path, field=field.label, parameter=parameter.label)
            continue
        arguments[parameter.name] = values.argument(parameter, value, f"{path}.{parameter.name}")
    return arguments


def _only(rule: dict[str, Any], known: set[str] | frozenset[str], path: str) -> None:
    for key in rule:
        if key not in known:
            raise UnknownKey(path=path, key=values.shown(key))
