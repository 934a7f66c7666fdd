"""统一社会信用代码: eighteen characters of which the last one checks the others (GB 32100)."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_character(first_seventeen: str) -> str:
    """:raises ValueError for a character that no code holds"""
    total = sum(weight * ALPHABET.index(each) for weight, each in zip(WEIGHTS, first_seventeen, strict=True))
    return ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    if len(code) != 18 or any(each not in ALPHABET for each in code):
        return False
    return check_character(code[:17]) == code[17]
