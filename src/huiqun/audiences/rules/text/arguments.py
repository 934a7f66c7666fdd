"""What stands in brackets behind a field: ``(30天, 消费)``, or by name: ``(天数: 30, 交易类型: 消费)``."""

from typing import Any

from huiqun.audiences.rules.text.scanning import CLOSE, COLON, COMMA, OPEN, OPEN_LIST, Scanner
from huiqun.audiences.rules.text.values import NUMBER, Values
from huiqun.audiences.rules.text.words import Vocabulary
from huiqun.foundation.fields import AudienceField, FieldType, Parameter
from huiqun.lib.words import gettext_noop as _

NEAR = _("%(expected)s (perhaps %(near)s)")
COUNTED = {"days": "days", "months": "months"}
"""Parameters that are told from their unit."""


def read_arguments(
    asked: AudienceField, scanner: Scanner, words: Vocabulary, values: Values, marks: dict[str, int]
) -> dict[str, Any]:
    scanner.sign(OPEN)
    given: dict[str, Any] = {}
    while True:
        _one(asked, scanner, words, values, marks, given)
        if scanner.sign(CLOSE):
            return given
        if not scanner.sign(COMMA):
            scanner.wrong("), ,")


def _one(
    asked: AudienceField,
    scanner: Scanner,
    words: Vocabulary,
    values: Values,
    marks: dict[str, int],
    given: dict[str, Any],
) -> None:
    at = scanner.at
    parameter = _named(asked, scanner, words) or _counted(asked, scanner, words)
    if parameter is None:
        parameter = _told(asked, scanner, words, given)
    mark = f".with.{parameter.name}"
    marks[mark] = scanner.at
    if parameter.several and not scanner.is_over and scanner.text[scanner.at] in OPEN_LIST:
        value: Any = values.several(parameter, marks, mark)
    elif parameter.type is FieldType.NUMBER:
        value = values.days() if parameter.name == "days" else values.number()
        scanner.word(words.every("months") if parameter.name == "months" else ())
    else:
        value = values.one(parameter)
    _put(parameter, value, given, scanner, at, words)


def _put(
    parameter: Parameter, value: Any, given: dict[str, Any], scanner: Scanner, at: int, words: Vocabulary
) -> None:
    if parameter.several:
        given[parameter.name] = [
            *given.get(parameter.name, []),
            *(value if isinstance(value, list) else [value]),
        ]
    elif parameter.name in given:
        scanner.at = at
        scanner.wrong(words.say(_("each argument once")))
    else:
        given[parameter.name] = value


def _named(asked: AudienceField, scanner: Scanner, words: Vocabulary) -> Parameter | None:
    """``name: value``, by the parameter's label or name."""
    names = {name.lower(): each for each in asked.parameters for name in (each.name, *words.said(each.label))}
    start, found = scanner.at, scanner.take(names)
    if found is not None and scanner.sign(COLON):
        return found
    scanner.at = start
    return None


def _counted(asked: AudienceField, scanner: Scanner, words: Vocabulary) -> Parameter | None:
    """``30天``, ``近30天``, ``3 months``."""
    start = scanner.at
    scanner.word(words.every("last"))
    value = scanner.at
    number = scanner.match(NUMBER)
    for name, unit in COUNTED.items():
        parameter = asked.parameter(name)
        if number and parameter and scanner.word(words.every(unit)):
            scanner.at = value
            return parameter
    scanner.at = start
    return None


def _told(asked: AudienceField, scanner: Scanner, words: Vocabulary, given: dict[str, Any]) -> Parameter:
    """Of which parameter the word that stands here is a value; the longest word decides, then the order."""
    best: tuple[int, Parameter] | None = None
    for parameter in asked.parameters:
        if parameter.name in given and not parameter.several:
            continue
        found = scanner.longest(words.values(parameter.choices))
        if found is not None and (best is None or len(found[0]) > best[0]):
            best = (len(found[0]), parameter)
    if best is None:
        labels = [words.say(each.label) for each in asked.parameters]
        known = [label for each in asked.parameters for label in words.values(each.choices)]
        scanner.wrong(", ".join(labels) or ")", known, words.say(NEAR))
    return best[1]
