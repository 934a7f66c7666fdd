"""Tables for spreadsheet programs: text stays text, whatever it begins with, and numbers stay numbers."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | Decimal | None


def harmless(text: str) -> str:
    """A leading apostrophe keeps spreadsheet programs from computing what somebody typed."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """With a byte order mark, by which spreadsheet programs know that it is UTF-8. Decimals are sums of yuan."""
    yield "\ufeff"
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([_written(value) for value in row])
        yield buffer.getvalue()


def _written(value: Cell) -> Cell:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return harmless(value) if isinstance(value, str) else value
