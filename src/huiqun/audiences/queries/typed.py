"""Rules as text that people type, and as files that they carry to another installation."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, override

from huiqun.audiences import rules
from huiqun.audiences.refusals import FileUnknown, FileVersionUnknown
from huiqun.audiences.rules.text import TextWrong, Vocabulary, place, read_text, write_text
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField

LANGUAGES = ("zh-hans", "en")
KIND, VERSION = "huiqun.audience", 1
MAX_FILE = 200_000


@dataclass(frozen=True, kw_only=True)
class Imported:
    name: str
    rule: Any


def rule_text(rule: Any, language: str) -> str:
    """The rule as text in "zh-hans" or "en"; it reads back as the same rule. :raises RuleInvalid"""
    return write_text(rules.parse(rule), _vocabulary(language))


def read_rule_text(text: str, language: str = "zh-hans") -> Any:
    """The rule that the text says, in either language; refusals name what was expected in ``language``.

    :raises RuleInvalid with ``offset``, ``line`` and ``column``: where in the text it is wrong
    """
    typed = read_text(text, _vocabulary(language))
    try:
        rules.parse(typed.rule)
    except TextWrong:
        raise
    except rules.RuleInvalid as refusal:
        offset = typed.offset(refusal.path)
        line, column = place(text, offset)
        with override(language):
            where = gettext("line %(line)s, column %(column)s") % {"line": line, "column": column}
        refusal.values["path"] = where
        refusal.offset, refusal.line, refusal.column = offset, line, column
        raise
    return typed.rule


def export_rule(name: str, rule: Any) -> str:
    """A file for ``import_rule``."""
    content = {"kind": KIND, "version": VERSION, "name": name, "rule": rule}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def import_rule(text: str) -> Imported:
    """What ``export_rule`` wrote, checked by today's catalogue. :raises FileUnknown, FileVersionUnknown, RuleInvalid"""
    try:
        content = json.loads(text) if len(text) <= MAX_FILE else None
    except (json.JSONDecodeError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != KIND or "rule" not in content:
        raise FileUnknown(path="rule")
    if content.get("version") != VERSION:
        raise FileVersionUnknown(path="rule", version=rules.shown(content.get("version")), known=VERSION)
    rules.parse(content["rule"])
    name = content.get("name")
    return Imported(name=name if isinstance(name, str) else "", rule=content["rule"])


def _vocabulary(language: str) -> Vocabulary:
    return _kept("en" if language == "en" else "zh-hans", fields.catalogue(), fields.families())


@lru_cache(maxsize=4)
def _kept(language: str, known: tuple[AudienceField, ...], families: tuple[str, ...]) -> Vocabulary:
    return Vocabulary({each: _in(each) for each in LANGUAGES}, language)


def _in(language: str) -> Any:
    def say(msgid: str) -> str:
        with override(language):
            return gettext(msgid) if msgid else ""

    return say
