"""Past contacts as other systems deliver them: a file and a TOML mapping, turned into tables.

A mapping says how customers are numbered (``number`` is a column, or "line" for the line itself), by which
channel they were contacted, when, and what counts as a conversion. Time is a column that can be cast to a
timestamp, or a ``month`` column (jan … dec) with ``first_year``, for files in order of time.
"""

import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class ContactsUnreadable(Refusal):
    code = "campaigns.contacts_unreadable"
    sentence = _("The file of contacts cannot be read: %(problem)s. Compare it with its mapping.")


class ContactsTakenOverAlready(Refusal):
    code = "campaigns.contacts_taken_over_already"
    sentence = _("The past campaign %(name)s is there already. Give another one another name in its mapping.")


def read_mapping(text: str) -> dict[str, Any]:
    """:raises ContactsUnreadable"""
    try:
        mapping = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContactsUnreadable(problem=str(error)) from None
    for part in ("name", "number", "channel", "time"):
        if part not in mapping:
            raise ContactsUnreadable(problem=f"the mapping lacks {part}")
    return mapping


def read_contacts(path: Path, mapping: dict[str, Any]) -> pa.Table:
    """``number`` text, ``channel`` text, ``at`` timestamp (UTC) and ``converted`` bool, a row per line.

    :raises ContactsUnreadable
    """
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            connection.execute(
                "CREATE TABLE raw AS SELECT row_number() OVER () AS line, * FROM"
                " read_csv(?, delim = ?, header = true, all_varchar = true, parallel = false)",
                [str(path), mapping.get("file", {}).get("delimiter", ",")],
            )
            return connection.sql(_query(mapping), params=_values(mapping)).to_arrow_table()
        except duckdb.Error as error:
            raise ContactsUnreadable(problem=str(error).splitlines()[0]) from None


def _query(mapping: dict[str, Any]) -> str:
    number = "CAST(line AS VARCHAR)" if mapping["number"] == "line" else _column(mapping["number"])
    channel, conversion = mapping["channel"], mapping.get("conversion")
    cases = " ".join("WHEN ? THEN ?" for _ in channel["values"])
    converted = f"{_column(conversion['column'])} = ?" if conversion else "false"
    source = "raw"
    if "month" in mapping["time"]:
        month = f"list_position({list(MONTHS)!r}, {_column(mapping['time']['month'])})"
        source = f"(SELECT *, {month} AS this, lag({month}) OVER (ORDER BY line) AS before FROM raw)"
    return (
        f"SELECT {number} AS number, CASE {_column(channel['column'])} {cases} ELSE 'other' END AS channel,"
        f" {_time(mapping['time'])} AS at, {converted} AS converted FROM {source} ORDER BY line"
    )


def _time(time: dict[str, Any]) -> str:
    """Noon at the bank (04:00 UTC); a month that is smaller than the one before begins another year."""
    if "column" in time:
        return f"CAST({_column(time['column'])} AS TIMESTAMPTZ)"
    year = f"{int(time['first_year'])} + CAST(sum(CAST(this < before AS INTEGER)) OVER (ORDER BY line) AS INTEGER)"
    return (
        f"CAST(make_timestamp(coalesce({year}, {int(time['first_year'])}), this, 1, 4, 0, 0) AS TIMESTAMPTZ)"
    )


def _column(name: str) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _values(mapping: dict[str, Any]) -> list[str]:
    values = [text for pair in mapping["channel"]["values"].items() for text in pair]
    conversion = mapping.get("conversion")
    return [*values, conversion["value"]] if conversion else values
