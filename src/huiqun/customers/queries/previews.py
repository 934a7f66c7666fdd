"""The first rows of a file as they would be stored, masked: what a person looks at before saying yes."""

from collections.abc import Sequence
from typing import Any

from huiqun.customers.files.mapping import FileMapping
from huiqun.customers.files.rows import Row
from huiqun.customers.queries.cards import mask
from huiqun.customers.rules import IDENTIFIERS

PREVIEW_ROWS = 10


def preview_of(mapping: FileMapping, rows: Sequence[Row]) -> dict[str, Any]:
    """``columns`` are field names (attributes as ``attributes.<name>``), ``rows`` lists of texts."""
    if mapping.kind == "consents":
        columns = ["number", "channel", "purpose", "state", "text_version", "source", "at"]
        return {"columns": columns, "rows": [_answer_cells(row) for row in rows]}
    fields = [name for name in mapping.fields if name != "number"]
    attributes = list(mapping.attributes)
    columns = ["line", "number", "branch", *fields, *(f"attributes.{name}" for name in attributes)]
    if mapping.consents:
        columns.append("consents")
    return {"columns": columns, "rows": [_cells(row, mapping, fields, attributes) for row in rows]}


def _cells(row: Row, mapping: FileMapping, fields: Sequence[str], attributes: Sequence[str]) -> list[str]:
    cells = [str(row.line), row.number, row.branch]
    cells += [_shown(name, row.values.get(name)) for name in fields]
    cells += [row.attributes.get(name, "") for name in attributes]
    if mapping.consents:
        cells.append(", ".join(f"{answer.channel} {answer.state}" for answer in row.answers))
    return cells


def _shown(name: str, value: Any) -> str:
    if name in IDENTIFIERS:
        return mask(name, value)
    if name == "risk_level" and value:
        return f"C{value}"
    return "" if value is None else str(value)


def _answer_cells(row: Row) -> list[str]:
    answer = row.answers[0]
    moment = answer.at.isoformat(sep=" ", timespec="minutes")
    return [
        row.number,
        answer.channel,
        answer.purpose,
        answer.state,
        answer.text_version,
        answer.source,
        moment,
    ]
