"""How a system of the bank delivers: which files, whose columns are which of ours, what its codes mean, how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase

from huiqun.lib.days import local_time

UNITS: Mapping[str, int] = {"fen": 1, "yuan": 100, "wan": 1_000_000}
"""What one of a file's money units is in fen."""
RHYTHMS: Mapping[str, int] = {"daily": 1, "weekly": 7, "monthly": 31}
"""How many days lie between two deliveries at most."""
NEW_COLUMNS = ("refuse", "leave_out")


@dataclass(frozen=True, kw_only=True)
class Source:
    """``columns`` are from the file's heading to ours, ``values`` from the file's codes to ours by our column,
    ``units`` fen per unit by our column, ``ranges`` the least and greatest value by our column (fen, or whole
    numbers). ``ignore`` is left out without a word; any other column is ``new_columns``.
    ``rhythm`` in days (0: whenever it comes), ``due`` the local time by which a file is there."""

    name: str
    label: str
    files: str
    dataset: str
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    new_columns: str = "refuse"
    rhythm: int = 0
    due: time = time(9)

    def delivers(self, name: str) -> bool:
        return fnmatchcase(name.lower(), self.files.lower())

    def is_late(self, *, last: date | None, now: datetime) -> bool:
        """Whether a file should have come and has not: ``last`` is the bank's day of the newest one."""
        if not self.rhythm:
            return False
        local = local_time(now)
        expected = local.date() if local.time() >= self.due else local.date() - timedelta(days=1)
        return last is None or last <= expected - timedelta(days=self.rhythm)
