"""Rules in words."""

from typing import Any

from django.utils.translation import gettext, override

from huiqun.audiences import rules
from huiqun.foundation.http import sentence_of


def sentence(rule: Any, language: str) -> str:
    """The rule as one sentence in "zh-hans" or "en". :raises RuleInvalid"""
    node = rules.parse(rule)
    with override(language):
        return rules.sentence(node, gettext)


def outline(rule: Any, language: str) -> list[tuple[int, str]]:
    """The rule line by line with depths. :raises RuleInvalid"""
    node = rules.parse(rule)
    with override(language):
        return rules.outline(node, gettext)


def sentences(every: list[Any]) -> list[str]:
    """Saved rules in the reader's language; one that today's catalogue no longer reads says so."""
    said = []
    for rule in every:
        try:
            said.append(rules.sentence(rules.parse(rule), gettext))
        except rules.RuleInvalid as refusal:
            said.append(sentence_of(refusal))
    return said
