"""How a benchmark tells its result: a table for people, and one line for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from unicodedata import east_asian_width

Cell = str | int | float


@dataclass
class Result:
    """``values`` end up in the last line as ``NAME: key=value …``."""

    header: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    values: dict[str, Cell] = field(default_factory=dict)

    def table(self) -> str:
        lines = [[str(name) for name in self.header], *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(_width(line[column]) for line in lines) for column in range(len(self.header))]
        return "\n".join(
            "  ".join(
                _pad(cell, width, left=column == 0)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        )

    def last_line(self, name: str) -> str:
        return f"{name}: " + " ".join(f"{key}={_text(value)}" for key, value in self.values.items())


def percentiles(seconds: Sequence[float]) -> Mapping[int, float]:
    """p50 and p95 in milliseconds."""
    cuts = quantiles(seconds, n=20, method="inclusive")
    return {50: cuts[9] * 1000, 95: cuts[18] * 1000}


def _text(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
