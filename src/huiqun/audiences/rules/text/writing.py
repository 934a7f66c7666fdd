"""From a checked rule to text that reads back as the same rule."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from huiqun.audiences.rules.refusals import RuleInvalid
from huiqun.audiences.rules.text.reading import read_text
from huiqun.audiences.rules.text.values import SIMPLE
from huiqun.audiences.rules.text.words import SIGNS, Vocabulary, is_number
from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node, parse
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, FieldType, Parameter

LONG = 100
SIGNED = ("gt", "gte", "lt", "lte", "ne")


def write_text(node: Node, vocabulary: Vocabulary) -> str:
    if isinstance(node, Group) and not node.items:
        return vocabulary.word("everybody")
    if isinstance(node, Group) and len(node.items) > 1:
        parts = [_inner(each, vocabulary) for each in node.items]
        joint = vocabulary.word("and" if node.every else "or")
        space = "\n" if sum(map(len, parts)) > LONG else " "
        return f"{space}{joint} ".join(parts)
    return _node(node, vocabulary)


def _node(node: Node, words: Vocabulary) -> str:
    if isinstance(node, Leaf):
        return _leaf(node, words)
    if isinstance(node, Negation):
        inner = node.item
        text = _inner(inner, words) if isinstance(inner, Group) else f"({_node(inner, words)})"
        return f"{words.word('not')} {text}"
    if len(node.items) == 1:
        return f"{words.word('all' if node.every else 'any')} ({_node(node.items[0], words)})"
    joint = words.word("and" if node.every else "or")
    return f" {joint} ".join(_inner(each, words) for each in node.items)


def _inner(node: Node, words: Vocabulary) -> str:
    """Groups in brackets, so that nobody has to know what binds more closely."""
    text = _node(node, words)
    return f"({text})" if isinstance(node, Group) and len(node.items) > 1 else text


def _leaf(leaf: Leaf, words: Vocabulary) -> str:
    """In the bank's words where they read back as what is meant; in codes where they do not."""
    for labels in (True, False):
        text = _Writer(words, labels=labels).leaf(leaf)
        if not labels or _reads_back(text, leaf, words):
            return text
    raise AssertionError("codes read back")


def _reads_back(text: str, leaf: Leaf, words: Vocabulary) -> bool:
    try:
        found = parse(read_text(text, words).rule)
    except RuleInvalid:
        return False
    return isinstance(found, Leaf) and _decides(found) == _decides(leaf)


def _decides(leaf: Leaf) -> tuple[Any, ...]:
    return leaf.field.name, dict(leaf.arguments), leaf.operator, leaf.value, leaf.include_missing


class _Writer:
    """``labels`` False writes names and codes only."""

    def __init__(self, words: Vocabulary, *, labels: bool) -> None:
        self.words, self.labels = words, labels

    def leaf(self, leaf: Leaf) -> str:
        text = self.field(leaf.field)
        if arguments := ", ".join(self.arguments(leaf)):
            text = f"{text}({arguments})"
        if leaf.field.type is FieldType.FLAG:
            return text if leaf.value else f"{text} {self.words.word('false')}"
        text = f"{text} {self.compared(leaf)}"
        return f"{text} ({self.words.word('with_unknown')})" if leaf.include_missing else text

    def field(self, of: AudienceField) -> str:
        prefix, colon, name = of.name.partition(":")
        if colon:
            label = self.words.say(fields.family_kind(prefix).label) if self.labels else prefix
            return f"{label}:{name if SIMPLE.fullmatch(name) else quoted(name)}"
        label = self.words.say(of.label)
        return label if self.labels and self.words.fields.get(label.lower()) is of else of.name

    def arguments(self, leaf: Leaf) -> Iterator[str]:
        for parameter in leaf.field.parameters:
            if parameter.name not in leaf.arguments:
                continue
            value = leaf.arguments[parameter.name]
            if parameter.name in ("days", "months"):
                unit = self.words.word(parameter.name)
                yield f"{value}{unit}" if self.words.is_chinese else f"{value} {unit}"
                continue
            values = [
                self.value(parameter, each) for each in (value if isinstance(value, tuple) else (value,))
            ]
            if self.labels and self.tells(leaf.field, parameter):
                yield from values
            else:
                listed = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
                name = self.words.say(parameter.label) if self.labels else parameter.name
                yield f"{name}: {listed}"

    def tells(self, of: AudienceField, parameter: Parameter) -> bool:
        """Whether the value alone tells of which parameter it is: no other one has a list."""
        listed = [each for each in of.parameters if each.choices]
        kinds = [
            each
            for each in listed
            if set(self.words.values(each.choices)) & set(self.words.values(parameter.choices))
        ]
        return bool(parameter.choices) and kinds == [parameter]

    def compared(self, leaf: Leaf) -> str:
        operator, value = leaf.operator, leaf.value
        word = self.words.word(operator)
        if operator in SIGNED and is_number(leaf.field.type):
            word = SIGNS[operator][0]
        elif operator == "eq" and is_number(leaf.field.type):
            word = "="
        if value is None:
            return word
        if operator == "between":
            low, high = (self.value(leaf.field, each) for each in value)
            return f"{word} {low} {self.words.word('to')} {high}"
        if isinstance(value, tuple):
            return f"{word} [{', '.join(self.value(leaf.field, each) for each in value)}]"
        if operator.endswith("_days"):
            return self.days(operator, word, value)
        return f"{word} {self.value(leaf.field, value)}"

    def days(self, operator: str, word: str, value: int) -> str:
        unit = self.words.word("days")
        if operator == "older_than_days":
            return f"{word} {value} {unit}" + ("" if self.words.is_chinese else " ago")
        return f"{word} {value} {unit}" + ("内" if self.words.is_chinese else "")

    def value(self, of: AudienceField | Parameter, value: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        if of.type is FieldType.MONEY:
            return number(Decimal(value) / 100)
        if is_number(of.type):
            return number(Decimal(value)) + ("%" if of.type is FieldType.PERCENT else "")
        label = self.label(of, value)
        if label:
            return label
        is_code = of.type is FieldType.CODE and re.fullmatch(r"[a-z0-9][a-z0-9_.]*", str(value))
        return str(value) if is_code else quoted(str(value))

    def label(self, of: AudienceField | Parameter, value: Any) -> str:
        """What the value is called, if that is the only one that is called so."""
        found = next((each for each in of.choices if str(each.value) == str(value)), None)
        if found is None or not self.labels:
            return ""
        label = self.words.say(found.label)
        return label if self.words.values(of.choices).get(label.lower()) == found.value else ""


def number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
