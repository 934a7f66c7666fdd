"""Which column of a file brings which of ours, and what was left out or did not come."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from huiqun.audiences.delivered.refusals import ColumnNotDelivered, ColumnUnknown
from huiqun.foundation import lake
from huiqun.foundation.lake import Source

ALIASES = {
    "number": ("number", "customer_number", "customer_no", "客户号"),
    "event_id": ("event_id", "流水号"),
    "at": ("at", "交易时间", "发生时间"),
    "dt": ("dt", "日期"),
}


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """``given`` is from our column (or ``number``, or an amount's name without _fen) to the file's heading;
    ``left_out`` the headings that nobody knows, ``missing`` our optional columns that were agreed."""

    given: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def map_columns(source: Source, headings: Iterable[str], name: str) -> Mapped:
    """:raises ColumnUnknown, ColumnNotDelivered"""
    ours = {*lake.DATASETS[source.dataset].names, "number", *_yuan(source.dataset)} - {"customer_id"}
    aliases = {alias: our for our, names in ALIASES.items() for alias in names}
    given: dict[str, str] = {}
    left_out: list[str] = []
    for heading in headings:
        key = heading.strip().lower()
        our = source.columns.get(key) or aliases.get(key, key)
        if key in source.ignore:
            continue
        if our in ours and our not in given:
            given[our] = heading
        elif source.new_columns == "leave_out":
            left_out.append(heading)
        else:
            raise ColumnUnknown(file=name, dataset=source.dataset, column=heading)
    needed = set(_needed(source.dataset, given))
    for our in sorted(needed):
        if our not in given:
            raise ColumnNotDelivered(file=name, column=our)
    agreed = (our for our in source.columns.values() if our not in given)
    return Mapped(given=given, left_out=tuple(left_out), missing=tuple(sorted(agreed)))


def _needed(dataset: str, given: Mapping[str, str]) -> Iterator[str]:
    yield "number"
    for column in lake.DATASETS[dataset].columns:
        if column.name.endswith("_fen"):
            yuan = column.name.removesuffix("_fen")
            if column.required and yuan not in given:
                yield column.name
        elif column.name == "dt" and "at" in given:
            continue
        elif column.required and column.name not in ("customer_id", "source"):
            yield column.name


def _yuan(dataset: str) -> set[str]:
    """Amounts may be delivered in yuan, under the name without _fen."""
    return {each.removesuffix("_fen") for each in lake.DATASETS[dataset].names if each.endswith("_fen")}
