"""SQL for our columns out of the file's text, and for the first thing that is wrong with a row."""

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa

from huiqun.audiences.delivered.mapping import Mapped
from huiqun.foundation import lake
from huiqun.foundation.lake import Column, Source

MOST_FEN = 10**15
"""Ten thousand billion yuan: no amount of a customer's is greater."""


class Judge:
    """``text`` of a column is the file's, trimmed, NULL when empty; ``known`` brings the customer's id."""

    def __init__(self, source: Source, mapped: Mapped, today: date) -> None:
        self._source, self._given, self._today = source, mapped.given, today
        self._shape = lake.DATASETS[source.dataset]

    def query(self, rows: str) -> str:
        """Our columns, ``number_``, ``wrong_`` (NULL for a good row), for ``rows``: named line_ where known."""
        number = f"trim(raw.{name(self._given['number'])})"
        shown = ", ".join(f"{self._value(column)} AS {name(column.name)}" for column in self._shape.columns)
        cases = " ".join(f"WHEN {test} THEN '{about}'" for about, test in self._wrong())
        return (
            f"SELECT {number} AS number_, CASE {cases} END AS wrong_, {shown}"
            f" FROM ({rows}) AS raw LEFT JOIN known ON known.number = {number}"
        )

    def _value(self, column: Column) -> str:
        """NULL where it cannot be read."""
        given = self._given
        if column.name == "customer_id":
            return "known.customer_id"
        if column.name.endswith("_fen"):
            return self._money(column.name)
        if column.name == "dt" and "dt" not in given:
            return f"CAST({_cast(self._text('at'), lake.DATASETS['transactions'].schema.field('at').type)} AS DATE)"
        if column.name not in given:
            if column.name == "source" and column.required:
                return "'delivered'"
            return f"CAST(NULL AS {_sql_type(column.type)})"
        return _cast(self._text(column.name), column.type)

    def _money(self, fen: str) -> str:
        """Under our own name in fen, without _fen in yuan; the source may say otherwise."""
        yuan = fen.removesuffix("_fen")
        if fen not in self._given and yuan not in self._given:
            return "CAST(NULL AS BIGINT)"
        unit = self._source.units.get(fen, 1 if fen in self._given else 100)
        text = self._text(fen if fen in self._given else yuan)
        amount = f"TRY_CAST(replace({text}, ',', '') AS DECIMAL(24, 6))"
        whole = f"round({amount} * {unit})"
        return f"TRY_CAST({whole} AS BIGINT)" if unit > 1 else f"TRY_CAST({text} AS BIGINT)"

    def _text(self, column: str) -> str:
        text = f"nullif(trim(raw.{name(self._given[column])}), '')"
        meant = self._source.values.get(column)
        if not meant:
            return text
        cases = " ".join(f"WHEN {quoted(theirs)} THEN {quoted(our)}" for theirs, our in meant.items())
        return f"CASE {text} {cases} ELSE {text} END"

    def _wrong(self) -> Iterator[tuple[str, str]]:
        yield "number", "known.customer_id IS NULL"
        for column in self._shape.columns:
            if column.name == "customer_id":
                continue
            about = "amount" if column.name in ("amount_fen", "aum_fen") else column.name
            if test := " OR ".join(self._tests(column)):
                yield about, test
            if column.name == "dt":
                yield "dt:future", f"{self._value(column)} > DATE '{self._today.isoformat()}'"
            elif test := " OR ".join(self._outside(column)):
                yield f"{about}:range", test

    def _tests(self, column: Column) -> Iterator[str]:
        value, given = self._value(column), self._given
        source = column.name if column.name in given else column.name.removesuffix("_fen")
        if column.required:
            yield f"{value} IS NULL"
        elif source in given:
            yield f"({self._text(source)} IS NOT NULL AND {value} IS NULL)"
        if column.pattern and column.name in given:
            yield f"NOT regexp_full_match({value}, {quoted(column.pattern)})"
        if column.values and column.name in given:
            yield f"{value} NOT IN ({', '.join(quoted(str(each)) for each in column.values)})"

    def _outside(self, column: Column) -> Iterator[str]:
        least, greatest = self._source.ranges.get(column.name, (None, None))
        if column.name.endswith("_fen"):
            least = -MOST_FEN if least is None else least
            greatest = MOST_FEN if greatest is None else greatest
        value = self._value(column)
        if least is not None:
            yield f"{value} < {least}"
        if greatest is not None:
            yield f"{value} > {greatest}"


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cast(text: str, kind: pa.DataType) -> str:
    return text if pa.types.is_string(kind) else f"TRY_CAST({text} AS {_sql_type(kind)})"


SQL_TYPES: Mapping[str, str] = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "string": "VARCHAR",
    "date32[day]": "DATE",
    "bool": "BOOLEAN",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


def _sql_type(kind: pa.DataType) -> str:
    return SQL_TYPES[str(kind)]
