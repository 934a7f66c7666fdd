"""The published JSON Schema of rules, made from the catalogue of fields."""

from typing import Any

from huiqun.audiences.rules.operators import Takes, operators
from huiqun.audiences.rules.tree import MAX_LEAVES
from huiqun.audiences.rules.values import MAX_CHARACTERS, MAX_DAYS, MAX_LIST
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, Choice, FieldType, Parameter

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NODE = {"$ref": "#/$defs/node"}
_LIST = {"type": "array", "minItems": 1, "maxItems": MAX_LIST}


def schema() -> dict[str, Any]:
    """What ``tree.parse`` accepts, but for limits on depth and on the number of conditions."""
    known = [_leaf(field, {"const": field.name}) for field in fields.catalogue()]
    for prefix in fields.families():
        kind = fields.family_kind(prefix)
        member = fields.find(f"{prefix}:{kind.example}")
        if member:
            label = {"title": kind.label}
            known.append(_leaf(member, {"type": "string", "pattern": f"^{prefix}:{kind.pattern}$"}) | label)
    return {
        "$schema": DRAFT,
        "title": "Huiqun audience rule",
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {"anyOf": [_group("all", 0), _group("any", 1), _negation(), {"$ref": "#/$defs/leaf"}]},
            "leaf": {"anyOf": known},
        },
    }


def _group(key: str, least: int) -> dict[str, Any]:
    items = {"type": "array", "items": _NODE, "minItems": least, "maxItems": MAX_LEAVES}
    return _closed({key: items}, [key])


def _negation() -> dict[str, Any]:
    return _closed({"not": _NODE}, ["not"])


def _leaf(field: AudienceField, name: dict[str, Any]) -> dict[str, Any]:
    by_taking: dict[Takes, list[str]] = {}
    for operator, takes in operators(field).items():
        by_taking.setdefault(takes, []).append(operator)
    return {
        "title": field.label,
        "anyOf": [_condition(field, name, takes, allowed) for takes, allowed in by_taking.items()],
    }


def _condition(
    field: AudienceField, name: dict[str, Any], takes: Takes, allowed: list[str]
) -> dict[str, Any]:
    properties: dict[str, Any] = {"field": name, "op": {"enum": allowed}}
    required = ["field", "op"]
    if field.parameters:
        properties["with"] = _closed({each.name: _argument(each) for each in field.parameters}, [])
    if takes is not Takes.NOTHING:
        properties["value"] = _operand(field, takes)
        required.append("value")
        if field.absent is None:
            properties["missing"] = {"enum": ["include", "exclude"]}
    return _closed(properties, required)


def _operand(field: AudienceField, takes: Takes) -> dict[str, Any]:
    one = _value(field)
    if takes is Takes.DAYS:
        return {"type": "integer", "minimum": 0, "maximum": MAX_DAYS}
    if takes is Takes.LIST:
        return {**_LIST, "items": one}
    return {"type": "array", "items": one, "minItems": 2, "maxItems": 2} if takes is Takes.TWO else one


def _value(field: AudienceField) -> dict[str, Any]:
    if field.type is FieldType.FLAG:
        return {"type": "boolean"}
    if field.type is FieldType.DAY:
        return {"type": "string", "format": "date"}
    if field.type is FieldType.TEXT:
        return _text()
    if field.type is FieldType.CODE:
        return _codes(field.choices, is_open=field.open)
    return {"type": "number", "multipleOf": 0.01} if field.type is FieldType.MONEY else {"type": "number"}


def _argument(parameter: Parameter) -> dict[str, Any]:
    if parameter.type is FieldType.NUMBER:
        return {"type": "integer", "minimum": parameter.minimum, "maximum": parameter.maximum}
    is_text = parameter.type is FieldType.TEXT
    one = _text() if is_text else _codes(parameter.choices, is_open=parameter.open)
    return {"anyOf": [one, {**_LIST, "items": one}]} if parameter.several else one


def _text() -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}


def _codes(choices: tuple[Choice, ...], *, is_open: bool) -> dict[str, Any]:
    listed = {"enum": [choice.value for choice in choices]}
    return {"anyOf": [listed, {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}]} if is_open else listed


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
