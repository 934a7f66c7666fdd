"""A rule as a sentence that a marketer and a reviewer can read."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node
from huiqun.foundation.fields import AudienceField, Choice, FieldType, Parameter
from huiqun.lib import money
from huiqun.lib.words import gettext_noop as _

Translate = Callable[[str], str]

_SENTENCES = {
    "eq": _("%(field)s is %(value)s"),
    "ne": _("%(field)s is not %(value)s"),
    "gt": _("%(field)s is more than %(value)s"),
    "gte": _("%(field)s is at least %(value)s"),
    "lt": _("%(field)s is less than %(value)s"),
    "lte": _("%(field)s is at most %(value)s"),
    "between": _("%(field)s is between %(low)s and %(high)s"),
    "in": _("%(field)s is one of %(value)s"),
    "not_in": _("%(field)s is none of %(value)s"),
    "contains": _("%(field)s contains %(value)s"),
    "starts_with": _("%(field)s starts with %(value)s"),
    "on": _("%(field)s is %(value)s"),
    "before": _("%(field)s is before %(value)s"),
    "after": _("%(field)s is after %(value)s"),
    "last_days": _("%(field)s lies in the last %(value)s days"),
    "next_days": _("%(field)s lies in the next %(value)s days"),
    "older_than_days": _("%(field)s lies more than %(value)s days back"),
    "is_missing": _("%(field)s is unknown"),
    "is_known": _("%(field)s is known"),
}


def sentence(node: Node, translate: Translate) -> str:
    """One sentence in the language of ``translate``."""
    if isinstance(node, Group) and not node.items:
        return translate(_("all customers"))
    return _words(node, translate, outermost=True)


def outline(node: Node, translate: Translate, *, depth: int = 0) -> list[tuple[int, str]]:
    """The same, one line for each node with its depth: for pages and for comparing versions."""
    if isinstance(node, Leaf):
        return [(depth, _leaf(node, translate))]
    if isinstance(node, Negation):
        return [(depth, translate(_("not:"))), *outline(node.item, translate, depth=depth + 1)]
    head = translate(_("all of:")) if node.every else translate(_("any of:"))
    if not node.items:
        return [(depth, translate(_("all customers")))]
    return [
        (depth, head),
        *(line for item in node.items for line in outline(item, translate, depth=depth + 1)),
    ]


def _words(node: Node, translate: Translate, *, outermost: bool = False) -> str:
    if isinstance(node, Leaf):
        return _leaf(node, translate)
    if isinstance(node, Negation):
        return translate(_("not (%(rule)s)")) % {"rule": _words(node.item, translate, outermost=True)}
    if len(node.items) == 1:
        return _words(node.items[0], translate, outermost=outermost)
    joint = (
        translate(_("%(first)s and %(second)s")) if node.every else translate(_("%(first)s or %(second)s"))
    )
    parts = [_words(item, translate) for item in node.items]
    text = parts[0]
    for part in parts[1:]:
        text = joint % {"first": text, "second": part}
    return text if outermost else translate(_("(%(rule)s)")) % {"rule": text}


def _leaf(leaf: Leaf, translate: Translate) -> str:
    values = {"field": field_words(leaf, translate)}
    if leaf.field.type is FieldType.FLAG:
        positive = translate(_("%(field)s")) if leaf.value else translate(_("not true: %(field)s"))
        return positive % values
    if leaf.operator == "between":
        values["low"], values["high"] = (_value(leaf.field, each, translate) for each in leaf.value)
    elif isinstance(leaf.value, tuple):
        values["value"] = _listed((_value(leaf.field, each, translate) for each in leaf.value), translate)
    elif leaf.operator.endswith("_days"):
        values["value"] = str(leaf.value)
    elif leaf.value is not None:
        values["value"] = _value(leaf.field, leaf.value, translate)
    text = translate(_SENTENCES[leaf.operator]) % values
    return translate(_("%(rule)s (or unknown)")) % {"rule": text} if leaf.include_missing else text


def field_words(leaf: Leaf, translate: Translate) -> str:
    """How a sentence names the field with its arguments."""
    field, phrase = leaf.field, leaf.field.phrase
    is_member = ":" in field.name
    label = field.label if is_member and not phrase else translate(phrase or field.label)
    spoken = {name: _argument(field, name, value, translate) for name, value in leaf.arguments.items()}
    text = label % {**spoken, **({"name": field.label} if is_member else {})} if phrase else label
    details = [
        translate(_("%(label)s: %(value)s"))
        % {"label": translate(parameter.label), "value": spoken[parameter.name]}
        for parameter in field.parameters
        if parameter.name in spoken and f"%({parameter.name})s" not in phrase
    ]
    if not details:
        return text
    return translate(_("%(field)s (%(details)s)")) % {
        "field": text,
        "details": translate(_("; ")).join(details),
    }


def _argument(field: AudienceField, name: str, value: Any, translate: Translate) -> str:
    parameter = field.parameter(name)
    assert parameter is not None
    many = value if isinstance(value, tuple) else (value,)
    return _listed((_choice(parameter, each, translate) for each in many), translate)


def _choice(of: Parameter | AudienceField, value: Any, translate: Translate) -> str:
    return translate(_label(of.choices, value)) if of.choices else str(value)


def _label(choices: Iterable[Choice], value: Any) -> str:
    return next((choice.label for choice in choices if choice.value == value), str(value))


def _listed(values: Iterable[str], translate: Translate) -> str:
    return translate(_(", ")).join(dict.fromkeys(values))


def _value(field: AudienceField, value: Any, translate: Translate) -> str:
    if field.type is FieldType.MONEY:
        return translate(_("%(amount)s yuan")) % {"amount": money.yuan(value).removesuffix(".00")}
    if isinstance(value, date):
        return value.isoformat()
    if field.type is FieldType.TEXT:
        return translate(_("“%(text)s”")) % {"text": value}
    if field.choices:
        return _choice(field, value, translate)
    return _number(field, value, translate)


def _number(field: AudienceField, value: Any, translate: Translate) -> str:
    digits = f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,f}"
    if not field.unit:
        return digits
    if field.unit == "%":
        return f"{digits}%"
    return translate(_("%(number)s %(unit)s")) % {"number": digits, "unit": translate(field.unit)}
