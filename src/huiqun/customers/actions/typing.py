"""An attribute, which is text, as a column of the bank's own type: SQL that gives NULL for what it cannot be."""

from collections.abc import Mapping

import pyarrow as pa

from huiqun.foundation import lake

YES = ("true", "yes", "y", "1", "是")
NO = ("false", "no", "n", "0", "否")
DAY = r"^\d{4}-\d{2}-\d{2}$"
INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$"


def typed(column: lake.Column, value: str) -> str:
    """``value`` is SQL for the text. Codes may be delivered by their labels."""
    kind = column.type
    if column.values:
        return _code(column, value)
    if pa.types.is_string(kind):
        good = f"{value} ~ {_text(column.pattern)}" if column.pattern else f"{value} <> ''"
        return f"CASE WHEN {good} THEN {value} END"
    if pa.types.is_boolean(kind):
        return f"CASE WHEN lower({value}) IN ({_list(YES)}) THEN true WHEN lower({value}) IN ({_list(NO)}) THEN false END"
    if pa.types.is_date(kind):
        return f"CASE WHEN {value} ~ '{DAY}' AND {_is(value, 'date')} THEN {value}::date END"
    if pa.types.is_timestamp(kind):
        return (
            f"CASE WHEN {value} ~ '{INSTANT}' AND {_is(value, 'timestamptz')} THEN {value}::timestamptz END"
        )
    return f"CASE WHEN {_is(value, 'bigint')} THEN {value}::bigint END"


def _code(column: lake.Column, value: str) -> str:
    labels: Mapping[str, str] = lake.CATALOGUE.values.get(f"profiles.{column.name}", {})
    known = _list([str(each) for each in column.values])
    by_label = "".join(f" WHEN {value} = {_text(label)} THEN {_text(code)}" for code, label in labels.items())
    return f"CASE WHEN {value} IN ({known}) THEN {value}{by_label} END"


def _is(value: str, kind: str) -> str:
    return f"pg_input_is_valid({value}, '{kind}')"


def _list(texts: object) -> str:
    assert isinstance(texts, (list, tuple))
    return ", ".join(map(_text, texts))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
