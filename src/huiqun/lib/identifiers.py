"""What looks like a person's number or address in a text that somebody wrote."""

import re

# Between other letters and digits there is a digest or a reference, not a person's number.
_ALONE = r"(?<![0-9A-Za-z])(?:{})(?![0-9A-Za-z])"
PATTERNS = {
    "phone": re.compile(_ALONE.format(r"1[3-9]\d{9}")),
    "ID": re.compile(_ALONE.format(r"[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx]")),
    "card": re.compile(_ALONE.format(r"[3-6]\d{15,18}")),
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
}


IN_DATA = {
    "phone": r"(^|[^0-9])1[3-9][0-9]{9}($|[^0-9])",
    "identity number": r"(^|[^0-9])[0-9]{17}[0-9Xx]($|[^0-9A-Za-z])",
    "card number": r"(^|[^0-9])[0-9]{16,19}($|[^0-9])",
    "e-mail": r"[^\s@]@[^\s@]+\.[A-Za-z]",
}
"""Stricter, for delivered data that goes to the lake: regular expressions for Python and DuckDB alike."""


def identifier_in(text: str) -> str:
    """The kind of identifier that the text seems to hold, or ""."""
    return next((kind for kind, pattern in PATTERNS.items() if pattern.search(text)), "")
