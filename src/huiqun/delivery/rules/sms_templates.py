"""Templates as operators approve them: fixed words with places, ``${name:10}`` for at most ten characters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from huiqun.delivery.rules.sms_text import signature_of
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

PLACE = re.compile(r"\$\{([a-z][a-z0-9_]{0,19})(?::([1-9][0-9]{0,2}))?\}")
USUAL = 20
"""How many characters a place takes that does not say."""
MOST_PLACES = 10
LONGEST = 500


class TemplateUnreadable(Refusal):
    code = "delivery.template_unreadable"
    sentence = _("The template cannot be used: %(problem)s. Correct it and save again.")


class SignatureUnreadable(Refusal):
    code = "delivery.signature_unreadable"
    sentence = _(
        "A signature stands in its brackets and has 2 to 20 characters, not digits alone. Correct it and save again."
    )


@dataclass(frozen=True)
class Place:
    name: str
    most: int


@dataclass(frozen=True)
class Template:
    """An approved template: the operator's number and the words."""

    number: str
    text: str


@dataclass(frozen=True)
class Match:
    """What stands in each place; ``too_long`` are those that are longer than they may be."""

    values: Mapping[str, str]
    too_long: tuple[Place, ...] = ()


def pieces(text: str) -> list[str | Place]:
    """Fixed words and places in turn, beginning and ending with words that may be empty."""
    found: list[str | Place] = []
    end = 0
    for place in PLACE.finditer(text):
        found += [text[end : place.start()], Place(place[1], int(place[2] or USUAL))]
        end = place.end()
    return [*found, text[end:]]


def check_template_text(text: str) -> None:
    """:raises TemplateUnreadable"""
    parts = pieces(text)
    places = [part for part in parts if isinstance(part, Place)]
    if not text.strip() or len(text) > LONGEST:
        raise TemplateUnreadable(problem=_("it is empty or longer than 500 characters"))
    if any("${" in part for part in parts if isinstance(part, str)):
        raise TemplateUnreadable(problem=_("a place is written ${name} or ${name:10}"))
    if len(places) > MOST_PLACES or len({place.name for place in places}) != len(places):
        raise TemplateUnreadable(problem=_("it has more than ten places, or a name twice"))
    if any(part == "" for part in parts[1:-1]):
        raise TemplateUnreadable(problem=_("between two places there must be words"))


def check_signature_text(text: str) -> None:
    """:raises SignatureUnreadable"""
    inner = text[1:-1]
    if signature_of(text) != text or not 2 <= len(inner) <= 20 or inner.isdigit() or "【" in inner:
        raise SignatureUnreadable


def match(template: str, text: str) -> Match | None:
    """How a text follows a template, or None. A text may follow in several ways; the one whose places
    keep to their lengths wins."""
    parts = pieces(template)
    first = parts[0]
    if not isinstance(first, str) or not text.startswith(first):
        return None
    places = [(parts[i], parts[i + 1]) for i in range(1, len(parts), 2)]
    strict = _fill(text, len(first), places, longest=False)
    if strict is not None:
        return Match(strict)
    loose = _fill(text, len(first), places, longest=True)
    if loose is None:
        return None
    long = tuple(p for p, _ in places if isinstance(p, Place) and len(loose[p.name]) > p.most)
    return Match(loose, long)


Places = list[tuple[str | Place, str | Place]]


def _fill(text: str, start: int, places: Places, *, longest: bool) -> dict[str, str] | None:
    """The values of the places. All ends that are possible so far are kept, each with one way to it, so that
    the work grows with the text and never with the number of ways."""
    ways: dict[int, tuple[str, ...]] = {start: ()}
    for number, (place, words) in enumerate(places):
        assert isinstance(place, Place) and isinstance(words, str)
        is_last = number == len(places) - 1
        most = len(text) if longest else place.most
        reached: dict[int, tuple[str, ...]] = {}
        for at, values in ways.items():
            for end in _ends(text, at, words, most, is_last=is_last):
                reached.setdefault(end + len(words), (*values, text[at:end]))
        ways = reached
    filled = ways.get(len(text))
    if filled is None:
        return None
    return {place.name: value for (place, _), value in zip(places, filled, strict=True)}  # type: ignore[union-attr]


def _ends(text: str, at: int, words: str, most: int, *, is_last: bool) -> list[int]:
    """Where a place that begins ``at`` may end: right before its following words."""
    if is_last:
        end = len(text) - len(words)
        return [end] if at <= end <= at + most and text.endswith(words) else []
    found, end = [], text.find(words, at, at + most + len(words))
    while end >= 0:
        found.append(end)
        end = text.find(words, end + 1, at + most + len(words))
    return found


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A text as an account's registration sees it; ``problem`` is "" when it may be sent so."""

    signature: str = ""
    rest: str = ""
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    too_long: tuple[Place, ...] = ()


SIGNATURE_MISSING, SIGNATURE_NOT_APPROVED = "signature_missing", "signature_not_approved"
TEMPLATE_NOT_APPROVED, VALUE_TOO_LONG = "template_not_approved", "value_too_long"
OF_THE_ACCOUNT = (SIGNATURE_MISSING, SIGNATURE_NOT_APPROVED, TEMPLATE_NOT_APPROVED)
"""Problems of every message of the run; a value that is too long is one person's."""

PROBLEM_WORDS = {
    SIGNATURE_MISSING: _("The text does not begin with a signature in its brackets"),
    SIGNATURE_NOT_APPROVED: _("The signature is not approved for this account"),
    TEMPLATE_NOT_APPROVED: _("The text follows no approved template of this account"),
    VALUE_TOO_LONG: _("What is filled in is longer than the template allows"),
}


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What an account has registered, and how its gateway wants to be told.

    ``demands``: "" nothing, "signature", or "template" (and with it a signature). ``signature_as``: "text"
    leaves it in the text, "field" sends it beside. ``template_as``: "" is not told, "number" tells the number,
    "values" tells the number and what is filled in, and no text.
    """

    demands: str = ""
    signature_as: str = "text"
    template_as: str = ""
    price: int = 0
    signatures: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()

    def read(self, text: str) -> Reading:
        """Templates are matched without the signature, as they were registered."""
        signature = signature_of(text)
        rest = text[len(signature) :]
        if self.demands and not signature:
            return Reading(rest=rest, problem=SIGNATURE_MISSING)
        if self.demands and signature not in self.signatures:
            return Reading(signature=signature, rest=rest, problem=SIGNATURE_NOT_APPROVED)
        near: Reading | None = None
        for template in self.templates:
            found = match(template.text, rest)
            if found is None:
                continue
            reading = Reading(
                signature=signature,
                rest=rest,
                template=template.number,
                values=found.values,
                problem=VALUE_TOO_LONG if found.too_long else "",
                too_long=found.too_long,
            )
            if not found.too_long:
                return reading
            near = near or reading
        if self.demands == "template":
            return near or Reading(signature=signature, rest=rest, problem=TEMPLATE_NOT_APPROVED)
        return Reading(signature=signature, rest=rest)

    def cost(self, segments: int) -> float:
        """In fen; ``price`` is that of a thousand segments."""
        return segments * self.price / 1_000
