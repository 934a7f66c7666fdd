"""Numbers with the right shape that belong to nobody."""

from datetime import date

from huiqun_demo.bank.words import GIVEN_FEMALE, GIVEN_MALE, SURNAMES, TWO_SYLLABLE_TAILS

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# Province and city are real, county 99 was never given out: the checksum holds and no such person exists.
_AREAS = {"杭州": "330199", "宁波": "330299", "成都": "510199", "绵阳": "510799"}


def customer_number(ordinal: int) -> str:
    return f"80{ordinal:08d}"


def ordinal_of(number: str) -> int:
    return int(number[2:])


def identity_number(*, city: str, birth_date: date, male: bool, ordinal: int) -> str:
    """GB 11643 shape with a right check digit; the sequence is odd for men."""
    sequence = (ordinal * 2 + (1 if male else 0)) % 1000
    digits = f"{_AREAS[city]}{birth_date:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + _CHECK[total % 11]


def phone(ordinal: int) -> str:
    """One block of 199 numbers, in order."""
    return f"1990{ordinal:07d}"


def email(ordinal: int) -> str:
    return f"customer{ordinal:07d}@example.com"


def card_number(ordinal: int) -> str:
    """Nineteen digits that pass the check for typing errors, under a prefix that no bank was given."""
    digits = f"629999{ordinal:012d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def openid(ordinal: int) -> str:
    return f"oDEMO{ordinal:023d}"


def name(*, surname: int, given: int, tail: int, male: bool) -> str:
    """From lists; `tail` 0 makes a two-character name."""
    first = (GIVEN_MALE if male else GIVEN_FEMALE)[given]
    return SURNAMES[surname] + first + TWO_SYLLABLE_TAILS[tail]
