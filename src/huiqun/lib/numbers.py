"""Numbers that somebody typed into an address or a form."""

MOST_DIGITS = 18
"""What every bigint column takes."""


def whole(text: str, otherwise: int = 0) -> int:
    """A whole number from 0 up, or ``otherwise`` for anything that is none."""
    text = text.strip()
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else otherwise
