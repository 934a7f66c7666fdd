"""Rules in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, override

from huiqun.audiences import rules
from huiqun.audiences.models import Audience
from huiqun.audiences.queries.scopes import references
from huiqun.audiences.rules import Node
from huiqun.audiences.rules.tree import Group, Negation
from huiqun.foundation.http import sentence_of


def sentence(rule: Any, language: str) -> str:
    """The rule as one sentence in "zh-hans" or "en". :raises RuleInvalid"""
    node = named(rules.parse(rule))
    with override(language):
        return rules.sentence(node, gettext)


def outline(rule: Any, language: str) -> list[tuple[int, str]]:
    """The rule line by line with depths. :raises RuleInvalid"""
    node = named(rules.parse(rule))
    with override(language):
        return rules.outline(node, gettext)


def sentences(every: list[Any]) -> list[str]:
    """Saved rules in the reader's language; one that today's catalogue no longer reads says so."""
    said = []
    for rule in every:
        try:
            said.append(rules.sentence(named(rules.parse(rule)), gettext))
        except rules.RuleInvalid as refusal:
            said.append(sentence_of(refusal))
    return said


def named(node: Node) -> Node:
    """The same rule with other audiences called by their names."""
    numbers = {leaf.field.name: number for leaf, number in references(node)}
    if not numbers:
        return node
    names = dict(Audience.objects.filter(pk__in=numbers.values()).values_list("pk", "name"))
    return _called(node, {field: names[each] for field, each in numbers.items() if each in names})


def _called(node: Node, names: Mapping[str, str]) -> Node:
    if isinstance(node, Group):
        return replace(node, items=tuple(_called(each, names) for each in node.items))
    if isinstance(node, Negation):
        return replace(node, item=_called(node.item, names))
    if node.field.name not in names:
        return node
    return replace(node, field=replace(node.field, label=names[node.field.name]))
