"""Values in text: numbers with 万 and units, days, words of a list, text in quotes."""

import re
from decimal import Decimal
from typing import Any

from huiqun.audiences.rules.text.scanning import CLOSE_LIST, COMMA, OPEN_LIST, Scanner
from huiqun.audiences.rules.text.words import TIMES, UNITS, Vocabulary, is_number
from huiqun.foundation.fields import AudienceField, FieldType, Parameter
from huiqun.lib.words import gettext_noop as _

NEAR = _("%(expected)s (perhaps %(near)s)")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![\d.])")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.])")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
SIMPLE = re.compile(r"[A-Za-z0-9_.\-]+")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}(?![A-Za-z0-9_])")
SHOWN = 12


class Values:
    def __init__(self, scanner: Scanner, vocabulary: Vocabulary) -> None:
        self.scanner, self.words = scanner, vocabulary

    def one(self, of: AudienceField | Parameter, *, in_list: bool = False) -> Any:
        if is_number(of.type):
            return self.number(in_list=in_list)
        if of.type is FieldType.DAY:
            return self.day()
        return self.coded(of)

    def two(self, of: AudienceField, marks: dict[str, int]) -> list[Any]:
        marks[".value[0]"] = self.scanner.at
        first = self.one(of)
        if not self.scanner.word((*self.words.every("to"), "~", "-", "—", "–")):
            self.scanner.wrong(self.words.word("to"))
        marks[".value[1]"] = self.scanner.at
        found = [first, self.one(of)]
        self.scanner.word(("之间",))
        return found

    def several(
        self, of: AudienceField | Parameter, marks: dict[str, int], mark: str = ".value"
    ) -> list[Any]:
        if not self.scanner.sign(OPEN_LIST):
            self.scanner.wrong("[")
        found: list[Any] = []
        while True:
            marks[f"{mark}[{len(found)}]"] = self.scanner.at
            found.append(self.one(of, in_list=True))
            if self.scanner.sign(CLOSE_LIST):
                return found
            if not self.scanner.sign(COMMA):
                self.scanner.wrong("], ,")

    def days(self) -> int | float | str:
        """A number of days, with or without the word."""
        found = self.number(with_unit=False)
        self.scanner.word(self.words.every("days"))
        self.scanner.word((*self.words.every("inside"), *self.words.every("ago")))
        return found

    def number(self, *, in_list: bool = False, with_unit: bool = True) -> int | float | str:
        found = (None if in_list else self.scanner.match(GROUPED)) or self.scanner.match(NUMBER)
        if found is None:
            self.scanner.wrong(self.words.say(_("a number")))
        value = Decimal(found[0].replace(",", ""))
        for sign, times in TIMES.items():
            if self.scanner.word((sign,)):
                value *= times
        if with_unit:
            self.scanner.word(UNITS)
        return plain(value)

    def day(self) -> str:
        found = self.scanner.match(DAY)
        if found is None:
            self.scanner.wrong(self.words.say(_("a day like 2026-11-20")))
        return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"

    def coded(self, of: AudienceField | Parameter) -> Any:
        """What is in quotes is text as it is, unless the values are listed."""
        start, known = self.scanner.at, self.words.values(of.choices)
        quoted = self.scanner.quoted()
        if quoted is not None:
            return quoted if of.type is FieldType.TEXT else known.get(quoted.lower(), quoted)
        value = self.scanner.take(known)
        if value is not None:
            return value
        if of.type is FieldType.TEXT:
            bare = None if of.choices and isinstance(of, Parameter) else self.scanner.bare()
        else:
            code = self.scanner.match(CODE) if of.open else None
            bare = code[0] if code else None
        if bare is None:
            self.scanner.at = start
            self.refuse(of)
        return bare

    def refuse(self, of: AudienceField | Parameter) -> None:
        labels = [self.words.say(each.label) for each in of.choices]
        if of.type is FieldType.TEXT:
            labels.append(self.words.say(_("text in quotes")))
        more = ["…"] if len(labels) > SHOWN else []
        known = [str(each) for each in self.words.values(of.choices)]
        self.scanner.wrong(", ".join([*labels[:SHOWN], *more]), known, self.words.say(NEAR))

    def name(self, pattern: str) -> str | None:
        """Behind the colon of a family: in quotes, or what all names of the family look like."""
        quoted = self.scanner.quoted()
        if quoted is not None:
            return quoted
        found = self.scanner.match(re.compile(pattern)) if pattern != ".+" else None
        return found[0] if found else self.scanner.bare()


def plain(value: Decimal) -> int | float | str:
    """As JSON has it; as text where a float would be another number."""
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else f"{value:f}"
