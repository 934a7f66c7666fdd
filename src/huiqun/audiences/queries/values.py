"""Values of a field that the catalogue does not list, found by part of them."""

from collections.abc import Sequence

from huiqun.foundation import fields, lake
from huiqun.foundation.fields import FieldType

MOST = 50
LONGEST = 60


def values_like(*, field: str, typed: str) -> Sequence[str]:
    """What profiles hold in the text field's column with ``typed`` somewhere in it, the most frequent first."""
    column, wanted = _column(field), typed.strip()[:LONGEST]
    if column is None or not wanted:
        return ()
    with lake.connect(reach=lake.HERE) as connection:
        rows = connection.execute(
            f'SELECT "{column}" FROM profiles WHERE contains(lower("{column}"), lower(?))'
            f' GROUP BY "{column}" ORDER BY count(*) DESC, "{column}" LIMIT {MOST}',
            [wanted],
        ).fetchall()
    return tuple(row[0] for row in rows)


def _column(name: str) -> str | None:
    """Of a field that is a column of ``profiles`` in free text, under the same name."""
    field, (prefix, _dot, column) = fields.find(name), name.partition(".")
    if field is None or field.type is not FieldType.TEXT or prefix != "profile":
        return None
    return column if column in lake.DATASETS["profiles"].schema.names else None
