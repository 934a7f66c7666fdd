"""From text that a person typed to a rule: by descent, with the longest word that fits where it stands.

rule      = "all customers" | either
either    = both {"or" both}
both      = one {"and" one}
one       = "not" one | ("all of" | "any of") "(" either {"," either} ")" | "(" either ")" | condition
condition = field ["(" argument {"," argument} ")"] comparison ["(or unknown)"]
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from huiqun.audiences.rules.operators import Takes, operators
from huiqun.audiences.rules.text.arguments import read_arguments
from huiqun.audiences.rules.text.scanning import CLOSE, COLON, COMMA, OPEN, Scanner
from huiqun.audiences.rules.text.values import Values
from huiqun.audiences.rules.text.words import Vocabulary
from huiqun.audiences.rules.tree import MAX_TEXT
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, FieldType
from huiqun.lib.words import gettext_noop as _

NEAR = _("%(expected)s (perhaps %(near)s)")
MAX_DEPTH = 40
"""Deeper than any rule may be; the rule itself is refused where it is too deep."""


@dataclass(frozen=True)
class Typed:
    """A rule, and where in the text each of its parts stands, by path."""

    rule: Any
    places: Mapping[str, int]

    def offset(self, path: str) -> int:
        """Of the part, or of the smallest one around it that has a place."""
        while path not in self.places and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, 0)


@dataclass
class _Part:
    """A node of the tree; ``marks`` are the places of what is in a condition."""

    at: int
    leaf: dict[str, Any] | None = None
    key: str = ""
    items: "list[_Part]" = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    closed: bool = False

    def rule(self, path: str, places: dict[str, int]) -> Any:
        places[path] = self.at
        if self.leaf is not None:
            places |= {f"{path}{mark}": at for mark, at in self.marks.items()}
            return self.leaf
        if self.key == "not":
            return {"not": self.items[0].rule(f"{path}.not", places)}
        inner = [each.rule(f"{path}.{self.key}[{n}]", places) for n, each in enumerate(self.items)]
        return {self.key: inner}


def read_text(text: str, vocabulary: Vocabulary) -> Typed:
    """The rule that is meant, not checked beyond its grammar. :raises TextWrong"""
    reader = _Reader(Scanner(text[:MAX_TEXT]), vocabulary)
    part, places = reader.whole(), dict[str, int]()
    return Typed(part.rule("rule", places), places)


class _Reader:
    def __init__(self, scanner: Scanner, vocabulary: Vocabulary) -> None:
        self.scanner, self.words = scanner, vocabulary
        self.values = Values(scanner, vocabulary)
        self.depth = 0

    def whole(self) -> _Part:
        everybody, at = self.words.every("everybody"), self.scanner.at
        if self.scanner.word(everybody) or self.scanner.is_over:
            part = _Part(at=at, key="all")
        else:
            part = self.either()
        if not self.scanner.is_over:
            joints = f"{self.words.word('and')}, {self.words.word('or')}"
            self.scanner.wrong(joints)
        return part

    def either(self) -> _Part:
        return self.joined("any", "or", self.both)

    def both(self) -> _Part:
        return self.joined("all", "and", self.one)

    def joined(self, key: str, word: str, inner: Any) -> _Part:
        first = inner()
        items = [first]
        while self.scanner.word(self.words.every(word)):
            items.append(inner())
        return first if len(items) == 1 else _Part(at=first.at, key=key, items=items)

    def one(self) -> _Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.scanner.wrong(self.words.say(_("fewer brackets")))
        part = self.nested() or self.condition()
        self.depth -= 1
        return part

    def nested(self) -> _Part | None:
        at = self.scanner.at
        if self.scanner.longest(self.names()):
            return None
        if self.scanner.word(self.words.every("not")):
            return _Part(at=at, key="not", items=[self.one()])
        for key in ("all", "any"):
            if self.scanner.word(self.words.every(key)):
                return _Part(at=at, key=key, items=list(self.listed()))
        if not self.scanner.sign(OPEN):
            return None
        part = self.either()
        self.close()
        return part

    def listed(self) -> Iterator[_Part]:
        if not self.scanner.sign(OPEN):
            self.scanner.wrong("(")
        yield self.either()
        while self.scanner.sign(COMMA):
            yield self.either()
        self.close()

    def close(self) -> None:
        if not self.scanner.sign(CLOSE):
            self.scanner.wrong(")")

    def condition(self) -> _Part:
        at, asked = self.scanner.at, self.field()
        part = _Part(at=at, leaf={"field": asked.name}, marks={".field": at})
        assert part.leaf is not None
        if self.scanner.at < len(self.scanner.text) and self.scanner.text[self.scanner.at] in OPEN:
            given = read_arguments(asked, self.scanner, self.words, self.values, part.marks)
            part.leaf |= {"with": given} if given else {}
        part.marks.setdefault(".with", at)
        part.marks[".op"] = self.scanner.at
        if asked.type is FieldType.FLAG:
            self.flag(part.leaf, part.marks)
        else:
            self.comparison(asked, part.leaf, part.marks)
            self.unknown(asked, part.leaf)
        return part

    def names(self) -> Mapping[str, AudienceField]:
        return self.words.fields

    def field(self) -> AudienceField:
        start = self.scanner.at
        name, family = self.scanner.longest(self.names()), self.scanner.longest(self.words.families)
        if family is not None and (
            name is None or len(family[0]) > len(name[0]) or self.colon_follows(family[0])
        ):
            return self.member(family, start)
        if name is None:
            labels = [label for label in self.names() if "." not in label]
            self.scanner.wrong(self.words.say(_("a field")), labels, self.words.say(NEAR))
        self.scanner.step(len(name[0]))
        return name[1]

    def colon_follows(self, word: str) -> bool:
        rest = self.scanner.text[self.scanner.at + len(word) :].lstrip()
        return rest[:1] in (":", "：")

    def member(self, family: tuple[str, str], start: int) -> AudienceField:
        self.scanner.step(len(family[0]))
        if not self.scanner.sign(COLON):
            self.scanner.wrong(":")
        rest = self.values.name(fields.family_kind(family[1]).pattern)
        found = fields.find(f"{family[1]}:{rest}") if rest else None
        if found is None:
            self.scanner.at = start
            self.scanner.wrong(self.words.say(_("a field")))
        return found

    def comparison(self, asked: AudienceField, leaf: dict[str, Any], marks: dict[str, int]) -> None:
        allowed = operators(asked)
        words = {word: each for each in reversed(tuple(allowed)) for word in self.words.every(each)}
        operator = self.scanner.take(words)
        if operator is None:
            shown = dict.fromkeys(self.words.word(each) for each in allowed)
            self.scanner.wrong(", ".join(shown))
        leaf["op"] = operator
        marks[".value"] = self.scanner.at
        takes = allowed[operator]
        if takes is Takes.ONE:
            leaf["value"] = self.values.one(asked)
        elif takes is Takes.TWO:
            leaf["value"] = self.values.two(asked, marks)
        elif takes is Takes.LIST:
            leaf["value"] = self.values.several(asked, marks)
        elif takes is Takes.DAYS:
            leaf["value"] = self.values.days()
        if operator == "starts_with":
            self.scanner.word(("开头",))

    def flag(self, leaf: dict[str, Any], marks: dict[str, int]) -> None:
        """The field alone says that it is so."""
        leaf["op"] = "eq"
        marks[".value"] = self.scanner.at
        yes = dict.fromkeys((*self.words.every("true"), "yes", "true", "真"), True)
        no = dict.fromkeys((*self.words.every("false"), "no", "false", "假"), False)
        said = self.scanner.longest({**yes, **no})
        if said is None and not self.scanner.word(self.words.every("eq")):
            leaf["value"] = True
            return
        value = self.scanner.take({**yes, **no})
        if value is True and said is not None and said[0] in self.words.every("eq"):
            value = self.scanner.take({**yes, **no})
            value = True if value is None else value
        if value is None:
            self.scanner.wrong(f"{self.words.word('true')}, {self.words.word('false')}")
        leaf["value"] = value

    def unknown(self, asked: AudienceField, leaf: dict[str, Any]) -> None:
        """``(or unknown)`` behind the comparison; another bracket belongs to somebody else."""
        start = self.scanner.at
        if asked.absent is None and self.scanner.sign(OPEN):
            if self.scanner.word(self.words.every("with_unknown")) and self.scanner.sign(CLOSE):
                leaf["missing"] = "include"
            else:
                self.scanner.at = start
