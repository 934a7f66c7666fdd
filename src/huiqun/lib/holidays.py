"""Chinese public holidays as announced, by year: dated data in one place (`holidays_cn.toml`).

What is not announced yet is not guessed here: a year that is missing is refused, and added to the file, or to
the bank's own of the same shape that ``HUIQUN_HOLIDAYS`` names.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

ANNOUNCED = Path(__file__).with_name("holidays_cn.toml")


class HolidaysUnknown(Refusal):
    code = "lib.holidays_unknown"
    sentence = _(
        "The public holidays of %(year)s are not entered yet. Ask an administrator to enter them as announced."
    )


@dataclass(frozen=True)
class Year:
    """``closed`` are the days off, weekends among them too; ``worked`` the weekends worked in their stead."""

    source: str
    closed: frozenset[date]
    worked: frozenset[date]


@cache
def announced_years() -> Mapping[int, Year]:
    years = _read(ANNOUNCED)
    own = os.environ.get("HUIQUN_HOLIDAYS")
    return years | _read(Path(own)) if own else years


def is_holiday(day: date) -> bool:
    """:raises HolidaysUnknown when the year is not announced"""
    return day in require_year(day.year).closed


def require_year(year: int) -> Year:
    """:raises HolidaysUnknown"""
    known = announced_years().get(year)
    if known is None:
        raise HolidaysUnknown(year=year)
    return known


def _read(path: Path) -> dict[int, Year]:
    return {int(year): _year(row) for year, row in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def _year(row: dict[str, list[str] | list[list[str]] | str]) -> Year:
    spans = [tuple(map(date.fromisoformat, span)) for span in row["closed"]]
    closed = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
    return Year(str(row["source"]), frozenset(closed), frozenset(map(_day, row["worked"])))


def _day(text: object) -> date:
    return date.fromisoformat(str(text))
