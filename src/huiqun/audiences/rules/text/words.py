"""The words of the text form: those of the language itself, and what fields, values and parameters are called.

Both languages are read wherever text is read; one of them is written. The first of several words is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, Choice, FieldType

Translate = Callable[[str], str]
Words = Mapping[str, tuple[str, ...]]

CHINESE: Words = {
    "and": ("且", "并且", "而且", "以及"),
    "or": ("或", "或者"),
    "not": ("非", "不满足"),
    "all": ("全部满足", "全部"),
    "any": ("任一满足", "任一"),
    "everybody": ("所有客户", "全部客户"),
    "eq": ("是", "为", "等于"),
    "ne": ("不是", "不为", "不等于"),
    "gt": ("大于", "超过", "高于"),
    "gte": ("不低于", "至少", "不少于", "大于等于"),
    "lt": ("小于", "低于", "少于"),
    "lte": ("不超过", "至多", "不高于", "小于等于"),
    "between": ("介于", "在"),
    "in": ("属于",),
    "not_in": ("不属于",),
    "contains": ("包含",),
    "starts_with": ("开头是", "以"),
    "on": ("是", "为", "等于"),
    "before": ("早于",),
    "after": ("晚于",),
    "last_days": ("在近", "近"),
    "next_days": ("在未来", "未来"),
    "older_than_days": ("距今超过",),
    "is_missing": ("未知",),
    "is_known": ("已知",),
    "to": ("和", "至", "到"),
    "days": ("天",),
    "months": ("个月",),
    "last": ("近",),
    "inside": ("内",),
    "ago": ("前",),
    "with_unknown": ("含未知",),
    "true": ("成立", "是"),
    "false": ("不成立", "否"),
}
ENGLISH: Words = {
    "and": ("and",),
    "or": ("or",),
    "not": ("not",),
    "all": ("all of", "all"),
    "any": ("any of", "any"),
    "everybody": ("all customers", "everybody"),
    "eq": ("is", "equals"),
    "ne": ("is not",),
    "gt": ("is more than", "more than"),
    "gte": ("is at least", "at least"),
    "lt": ("is less than", "less than"),
    "lte": ("is at most", "at most"),
    "between": ("between", "is between"),
    "in": ("in", "is one of"),
    "not_in": ("not in", "is none of"),
    "contains": ("contains",),
    "starts_with": ("starts with",),
    "on": ("on", "is on", "is"),
    "before": ("before", "is before"),
    "after": ("after", "is after"),
    "last_days": ("in the last", "lies in the last"),
    "next_days": ("in the next", "lies in the next"),
    "older_than_days": ("over", "more than"),
    "is_missing": ("is unknown",),
    "is_known": ("is known",),
    "to": ("and", "to"),
    "days": ("days", "day"),
    "months": ("months", "month"),
    "last": ("last", "in the last"),
    "inside": (),
    "ago": ("ago", "back"),
    "with_unknown": ("or unknown",),
    "true": ("holds", "is true"),
    "false": ("does not hold", "is false"),
}
SIGNS: Words = {
    "eq": ("=", "==", "＝"),
    "ne": ("!=", "≠", "<>"),
    "gt": (">", "＞"),
    "gte": (">=", "≥"),
    "lt": ("<", "＜"),
    "lte": ("<=", "≤"),
    "on": ("=", "=="),
    "after": (">", "＞"),
    "before": ("<", "＜"),
}
UNITS = ("%", "％", "元", "岁", "天", "笔", "次", "yuan", "years", "days")
TIMES = {"万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class Vocabulary:
    """``languages`` are the translators by their code; ``written`` is the one in which is written and refused."""

    languages: Mapping[str, Translate]
    written: str
    _said: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    _values: dict[tuple[Choice, ...], Mapping[str, str | int]] = field(default_factory=dict, compare=False)

    @property
    def own(self) -> Words:
        return ENGLISH if self.written == "en" else CHINESE

    @property
    def is_chinese(self) -> bool:
        return self.own is CHINESE

    def word(self, name: str) -> str:
        return self.own[name][0]

    def say(self, msgid: str) -> str:
        return self.languages[self.written](msgid)

    def every(self, name: str) -> tuple[str, ...]:
        """All that is read as this word."""
        return (*CHINESE.get(name, ()), *ENGLISH.get(name, ()), *SIGNS.get(name, ()))

    def said(self, msgid: str) -> tuple[str, ...]:
        """In every language."""
        if msgid not in self._said:
            self._said[msgid] = tuple(dict.fromkeys(say(msgid) for say in self.languages.values()))
        return self._said[msgid]

    @cached_property
    def fields(self) -> Mapping[str, AudienceField]:
        """By what each may be called, in small letters; the field that came first has the label."""
        found: dict[str, AudienceField] = {}
        known = fields.catalogue()
        for each in known:
            found[each.name.lower()] = each
        for each in known:
            for label in self.said(each.label):
                found.setdefault(label.lower(), each)
        return found

    @cached_property
    def families(self) -> Mapping[str, str]:
        """Prefixes by what each may be called."""
        found = {prefix.lower(): prefix for prefix in fields.families()}
        for prefix in fields.families():
            for label in self.said(fields.family_kind(prefix).label):
                found.setdefault(label.lower(), prefix)
        return found

    def values(self, choices: Iterable[Choice]) -> Mapping[str, str | int]:
        """Values by what each may be called, in small letters: the code itself before any label."""
        listed = tuple(choices)
        if listed not in self._values:
            self._values[listed] = self._named(listed)
        return self._values[listed]

    def _named(self, listed: tuple[Choice, ...]) -> Mapping[str, str | int]:
        found: dict[str, str | int] = {str(each.value).lower(): each.value for each in listed}
        for each in listed:
            for label in self.said(each.label):
                found.setdefault(label.lower(), each.value)
        return found


def is_number(kind: FieldType) -> bool:
    return kind in (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)
