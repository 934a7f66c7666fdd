"""Values in a rule: from JSON to what is compared in the lake."""

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from huiqun.audiences.rules.operators import Takes
from huiqun.audiences.rules.refusals import (
    NotAChoice,
    NotAChoiceAlike,
    NotADay,
    NotAFlag,
    NotAList,
    NotAnAmount,
    NotANumber,
    NotARange,
    NotAWholeNumber,
    NotText,
    ValueMissing,
    ValueUnwanted,
)
from huiqun.foundation.fields import AudienceField, Choice, FieldType, Parameter

MAX_LIST = 1_000
MAX_CHARACTERS = 200
MAX_NUMBER = 10**13
MAX_DAYS = 36_600
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def shown(value: Any) -> str:
    """A wrong value, as short as it can be shown to who wrote it."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def alike(value: Any, known: Iterable[str]) -> str:
    """Known values that a wrong one may have been meant for, the nearest first."""
    if not isinstance(value, str) or len(value) > MAX_CHARACTERS:
        return ""
    return ", ".join(difflib.get_close_matches(value.lower(), list(known), n=3, cutoff=0.6))


def operand(field: AudienceField, takes: Takes, rule: dict[str, Any], path: str) -> Any:
    """The value of a condition, checked. :raises RuleInvalid"""
    if takes is Takes.NOTHING:
        if rule.get("value") is not None:
            raise ValueUnwanted(path=path)
        return None
    value = rule.get("value")
    if value is None:
        raise ValueMissing(path=path)
    if takes is Takes.DAYS:
        return whole_number(value, path, 0, MAX_DAYS)
    read = _reader(field)
    if takes is Takes.LIST:
        return tuple(read(each, place) for each, place in listed(value, path))
    if takes is Takes.TWO:
        return _range(value, read, path)
    return read(value, path)


def argument(parameter: Parameter, value: Any, path: str) -> Any:
    """A value of a field's parameter: an int, text, or a tuple of text where several may be given."""
    if parameter.type is FieldType.NUMBER:
        return whole_number(value, path, parameter.minimum, parameter.maximum)
    if not parameter.several:
        return _word(parameter, value, path)
    many = listed(value, path) if isinstance(value, list) else [(value, path)]
    return tuple(dict.fromkeys(_word(parameter, each, place) for each, place in many))


def listed(value: Any, path: str) -> list[tuple[Any, str]]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_LIST:
        raise NotAList(path=path, limit=MAX_LIST)
    return [(each, f"{path}[{index}]") for index, each in enumerate(value)]


def whole_number(value: Any, path: str, low: int, high: int) -> int:
    number = _decimal(value)
    if number is None or number != number.to_integral_value() or not low <= number <= high:
        raise NotAWholeNumber(path=path, value=shown(value), low=low, high=high)
    return int(number)


def _range(value: Any, read: Callable[[Any, str], Any], path: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise NotARange(path=path)
    low, high = (read(each, f"{path}[{index}]") for index, each in enumerate(value))
    if low > high:
        raise NotARange(path=path)
    return low, high


def _reader(field: AudienceField) -> Callable[[Any, str], Any]:
    readers: dict[FieldType, Callable[[Any, str], Any]] = {
        FieldType.NUMBER: _number,
        FieldType.PERCENT: _number,
        FieldType.MONEY: _money,
        FieldType.DAY: _day,
        FieldType.TEXT: _text,
        FieldType.FLAG: _flag,
    }
    if field.type is FieldType.CODE:
        return lambda value, path: _choice(field.choices, value, path, is_open=field.open)
    return readers[field.type]


def _decimal(value: Any) -> Decimal | None:
    """Numbers, and numbers in quotes as a form sends them; never true, NaN or infinity."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _number(value: Any, path: str) -> Decimal:
    number = _decimal(value)
    if number is None or abs(number) > MAX_NUMBER:
        raise NotANumber(path=path, value=shown(value))
    return number


def _money(value: Any, path: str) -> int:
    number = _decimal(value)
    if number is None or abs(number) > MAX_NUMBER or number * 100 != (number * 100).to_integral_value():
        raise NotAnAmount(path=path, value=shown(value))
    return int(number * 100)


def _day(value: Any, path: str) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise NotADay(path=path, value=shown(value))


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise NotAFlag(path=path)
    return value


def _text(value: Any, path: str) -> str:
    """Characters that engines treat each in their own way (NUL, halves of surrogates) are not text."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CHARACTERS or _unprintable(value):
        raise NotText(path=path, limit=MAX_CHARACTERS)
    return value


def _unprintable(value: str) -> bool:
    return any(each < " " or "\ud800" <= each <= "\udfff" for each in value)


def _choice(choices: tuple[Choice, ...], value: Any, path: str, *, is_open: bool) -> str | int:
    for choice in choices:
        if not isinstance(value, bool) and str(choice.value) == str(value):
            return choice.value
    if is_open and isinstance(value, str) and CODE.fullmatch(value):
        return value
    near = alike(value, (str(choice.value) for choice in choices))
    if near:
        raise NotAChoiceAlike(path=path, value=shown(value), near=near)
    allowed = ", ".join(str(choice.value) for choice in choices[:30])
    raise NotAChoice(path=path, value=shown(value), allowed=allowed)


def _word(parameter: Parameter, value: Any, path: str) -> str:
    if parameter.type is FieldType.TEXT:
        return _text(value, path)
    return str(_choice(parameter.choices, value, path, is_open=parameter.open))
