"""Customers in bulk: COPY what is new, set-based UPDATE of what changed, identifiers encrypted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from huiqun.customers.files.rows import Row
from huiqun.customers.files.values import EMPTY
from huiqun.customers.models import Customer
from huiqun.customers.models.people import index_of
from huiqun.customers.rules import IDENTIFIERS, PROFILE_FIELDS
from huiqun.foundation.secrets import encrypt

TABLE = Customer._meta.db_table
CONTEXTS = {name: f"{Customer._meta.label_lower}.{name}" for name in IDENTIFIERS}


@dataclass(slots=True)
class Stored:
    """What is known of a customer: blind indexes in place of identifiers."""

    id: int
    branch_id: int
    attributes: dict[str, str]
    values: tuple[Any, ...]


def stored_by_number(*, numbers: Sequence[str], fields: Sequence[str], lock: bool) -> dict[str, Stored]:
    columns = [f"{name}_index" if name in IDENTIFIERS else name for name in fields]
    rows = Customer.objects.filter(number__any_of=numbers).order_by("pk")
    if lock:
        rows = rows.select_for_update()
    return {
        number: Stored(pk, branch_id, attributes, tuple(map(_plain, values)))
        for number, pk, branch_id, attributes, *values in rows.values_list(
            "number", "pk", "branch_id", "attributes", *columns
        )
    }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _columns(fields: Sequence[str]) -> list[str]:
    columns = []
    for name in fields:
        columns += [name, f"{name}_index"] if name in IDENTIFIERS else [name]
    return columns


def _cells(row: Row, fields: Sequence[str]) -> list[Any]:
    cells: list[Any] = []
    for name in fields:
        value = row.values.get(name, EMPTY.get(name))
        if name in IDENTIFIERS:
            cells += [encrypt(value, CONTEXTS[name]), index_of(name, value)] if value else [None, None]
        else:
            cells.append(value)
    return cells


def insert_customers(
    *, rows: Sequence[Row], fields: Sequence[str], branches: Mapping[str, int], now: datetime
) -> None:
    if not rows:
        return
    everything = [*(name for name in IDENTIFIERS if name in fields), *PROFILE_FIELDS]
    columns = ["number", "branch_id", "attributes", "created_at", "updated_at", *_columns(everything)]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {TABLE} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(
                [row.number, branches[row.branch], Jsonb(row.attributes), now, now, *_cells(row, everything)]
            )


def update_customers(
    *,
    rows: Sequence[Row],
    stored: Mapping[str, Stored],
    fields: Sequence[str],
    branches: Mapping[str, int],
    attribute_names: frozenset[str],
    now: datetime,
) -> None:
    """Only delivered fields change; attributes that the mapping does not name stay."""
    if not rows:
        return
    columns = ["branch_id", "attributes", "updated_at", *_columns(fields)]
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT id, {listed} FROM {TABLE} WITH NO DATA"
        )
        with cursor.copy(f"COPY incoming (id, {listed}) FROM STDIN") as copy:
            for row in rows:
                known = stored[row.number]
                kept = {
                    name: value for name, value in known.attributes.items() if name not in attribute_names
                }
                cells = [known.id, branches[row.branch], Jsonb(kept | row.attributes), now]
                copy.write_row([*cells, *_cells(row, fields)])
        places = ", ".join(f"{column} = incoming.{column}" for column in columns)
        cursor.execute(f"UPDATE {TABLE} c SET {places} FROM incoming WHERE c.id = incoming.id")
        cursor.execute("DROP TABLE incoming")
