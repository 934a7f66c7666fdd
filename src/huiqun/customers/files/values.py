"""From the text of one field to a typed value, and identifiers to the one form they are compared in."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from huiqun.customers.files.problems import BadValue
from huiqun.customers.rules import ConsentState, Lifecycle
from huiqun.lib.channels import Channel, Purpose
from huiqun.lib.days import BANK_ZONE
from huiqun.lib.identifiers import IN_DATA

Parse = Callable[[str], Any]

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}")
ABROAD = re.compile(r"\+\d{6,15}")
EMAIL = re.compile(r"[^\s@,;<>()\"']{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
RESIDENT = re.compile(r"\d{17}[\dX]")
OTHER_DOCUMENT = re.compile(r"[A-Z0-9]{5,20}")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})(\d{2})(\d{2})")
CARD = re.compile(r"\d{12,19}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
LIMITS = {
    "name": 60,
    "email": 120,
    "openid": 80,
    "address": 200,
    "occupation": 60,
    "income_band": 40,
    "city": 60,
}
ATTRIBUTE_LIMIT = 200
PERSONAL = tuple(re.compile(pattern) for pattern in IN_DATA.values())

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def narrow(text: str) -> str:
    """Full-width digits and letters as ordinary ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadValue("too_long", limit=limit)
    if CONTROL.search(text):
        raise BadValue("characters")
    return text


def text_of(field: str) -> Parse:
    limit = LIMITS[field]
    return lambda text: bounded(text, limit)


def word_of(field: str) -> Parse:
    """A text that goes on to the lake."""
    limit = LIMITS[field]
    return lambda text: attribute(bounded(text, limit))


def number(text: str) -> str:
    text = narrow(text)
    if not NUMBER.fullmatch(text):
        raise BadValue("number")
    return text


def phone(text: str) -> str:
    """A mainland number without its country code, others with ``+``."""
    digits = re.sub(r"[\s()\-.]", "", narrow(text))
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not (MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits) or ABROAD.fullmatch(digits)):
        raise BadValue("phone")
    return digits


def email(text: str) -> str:
    text = bounded(narrow(text), LIMITS["email"])
    if not EMAIL.fullmatch(text):
        raise BadValue("email")
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def id_number(text: str) -> str:
    """A resident's number with its check digit, or another document's."""
    text = re.sub(r"[\s-]", "", narrow(text)).upper()
    if RESIDENT.fullmatch(text):
        total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
        if _CHECKS[total % 11] != text[17]:
            raise BadValue("id_checksum")
        return text
    if not OTHER_DOCUMENT.fullmatch(text) or len(text) == 18:
        raise BadValue("id_number")
    return text


def card_number(text: str) -> str:
    text = re.sub(r"[\s-]", "", narrow(text))
    if not CARD.fullmatch(text):
        raise BadValue("card_number")
    if not luhn(text):
        raise BadValue("card_checksum")
    return text


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@lru_cache(maxsize=50_000)
def day(text: str) -> date:
    digits = re.sub(r"[年月/.]", "-", narrow(text)).removesuffix("日")
    digits = re.split(r"[ T]", digits, maxsplit=1)[0]
    found = DAY.fullmatch(digits)
    if not found:
        raise BadValue("date")
    try:
        value = date(*map(int, filter(None, found.groups())))
    except ValueError:
        raise BadValue("date") from None
    if value.year < 1900:
        raise BadValue("date_old")
    return value


def moment(text: str) -> datetime:
    """An instant; without a zone it is the bank's own time."""
    try:
        value = datetime.fromisoformat(re.sub(r"/", "-", narrow(text)))
    except ValueError:
        raise BadValue("moment") from None
    return value if value.tzinfo else value.replace(tzinfo=BANK_ZONE)


def risk_level(text: str) -> int:
    level = narrow(text).upper().removeprefix("C")
    if level not in {"1", "2", "3", "4", "5"}:
        raise BadValue("risk_level")
    return int(level)


def one_of(codes: type[Lifecycle | Channel | Purpose | ConsentState], problem: str) -> Parse:
    known = {code.value for code in codes}

    def parse(text: str) -> str:
        if text not in known:
            raise BadValue(problem)
        return text

    return parse


def sex(text: str) -> str:
    if text not in {"F", "M"}:
        raise BadValue("sex")
    return text


def yes_no(text: str) -> bool:
    word = text.lower()
    if word in {"1", "y", "yes", "true", "t", "是"}:
        return True
    if word in {"0", "n", "no", "false", "f", "否"}:
        return False
    raise BadValue("yes_no")


def time_zone(text: str) -> str:
    """An IANA name; the bank's own zone is stored as nothing."""
    if text not in available_timezones():
        raise BadValue("time_zone")
    return "" if text == BANK_ZONE.key else text


def attribute(text: str) -> str:
    """What is no field of ours goes on as it is, unless it would carry somebody's identifier into the lake."""
    bounded(text, ATTRIBUTE_LIMIT)
    if any(pattern.search(text) for pattern in PERSONAL):
        raise BadValue("identifier")
    return text


def branch_code(text: str) -> str:
    return bounded(narrow(text), 20)


PARSERS: dict[str, Parse] = {
    "number": number,
    "name": text_of("name"),
    "id_number": id_number,
    "card_number": card_number,
    "phone": phone,
    "email": email,
    "openid": text_of("openid"),
    "address": text_of("address"),
    "birth_date": day,
    "sex": sex,
    "occupation": word_of("occupation"),
    "income_band": word_of("income_band"),
    "city": word_of("city"),
    "risk_level": risk_level,
    "risk_assessed_date": day,
    "lifecycle": one_of(Lifecycle, "lifecycle"),
    "opened_date": day,
    "overdue": yes_no,
    "is_protected": yes_no,
    "time_zone": time_zone,
}

CONSENT_PARSERS: dict[str, Parse] = {
    "number": number,
    "channel": one_of(Channel, "channel"),
    "purpose": one_of(Purpose, "purpose"),
    "state": one_of(ConsentState, "state"),
    "text_version": lambda text: bounded(text, 40),
    "source": lambda text: bounded(text, 80),
    "at": moment,
}

EMPTY: dict[str, Any] = {
    "sex": "",
    "occupation": "",
    "income_band": "",
    "city": "",
    "lifecycle": "",
    "overdue": False,
    "is_protected": False,
    "time_zone": "",
}
"""What a field holds when the file says nothing; others hold None."""

PAST = frozenset({"birth_date", "risk_assessed_date", "opened_date"})


def normalised(field: str, text: str) -> str | None:
    """An identifier in the form it is stored in, so that it is found however written; None if it is none."""
    try:
        return str(PARSERS[field](text.strip()))
    except BadValue:
        return None


# What a mapping may do to a text before it is read.
TRANSFORMS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "narrow": narrow,
    "digits": lambda text: re.sub(r"\D", "", narrow(text)),
    "no_spaces": lambda text: re.sub(r"\s", "", text),
    "before_comma": lambda text: text.split(",", 1)[0].strip(),
    "whole_number": lambda text: text.split(".", 1)[0],
}
