"""Arrays for PostgreSQL written as one text: a thousand numbers cost one parameter instead of a thousand."""

from collections.abc import Iterable

END = "\x1f"


def numbers(values: Iterable[int]) -> str:
    """For ``%s::bigint[]``."""
    return "{" + ",".join(map(str, values)) + "}"


def texts(values: Iterable[str]) -> str:
    """For ``string_to_array(%s, E'\\x1f')``; each text has a mark in front, so that an empty one stays one."""
    return END.join(["=" + value.replace(END, "").replace("\x00", "") for value in values])


TEXTS = "string_to_array(%({})s, E'\\x1f')"
"""The array behind a parameter made by ``texts``; ``substr(…, 2)`` takes the mark off again."""
