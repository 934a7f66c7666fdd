"""The same rows before three engines that know nothing of each other."""

from typing import Any

import psycopg
import pyarrow.parquet as pq

from huiqun.audiences import rules
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.dialects import postgres_sql
from huiqun.audiences.rules import Node
from huiqun.foundation import lake

TYPES = {
    "int64": "bigint",
    "int32": "integer",
    "string": 'text COLLATE "C"',
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "timestamptz",
    "double": "double precision",
    "bool": "boolean",
}


class Postgres:
    """PostgreSQL over temporary tables that hold what the lake's files hold."""

    def __init__(self, connection: psycopg.Connection[Any], version: int) -> None:
        self._connection = connection
        connection.execute("SET TIME ZONE 'UTC'")
        for name, dataset in lake.DATASETS.items():
            columns = ", ".join(f'"{field.name}" {TYPES[str(field.type)]}' for field in dataset.schema)
            connection.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})')
            for file in lake.manifest(version).of(name):
                self._copy(name, dataset, lake.folder() / file.path)

    def chosen(self, node: Node, scope: Scope) -> set[int]:
        query = rules.compile_rule(node, today=scope.today, branch_ids=scope.branch_ids)
        for name, members in scope.sides.items():
            self._connection.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
            self._connection.execute(
                f'CREATE TEMPORARY TABLE "{name}" AS SELECT unnest(%s::bigint[]) AS customer_id',
                [list(members)],
            )
        found = [row[0] for row in self._connection.execute(postgres_sql(query)).fetchall()]
        assert len(found) == len(set(found))
        return set(found)

    def _copy(self, name: str, dataset: lake.Dataset, path: Any) -> None:
        names = ", ".join(f'"{each}"' for each in dataset.names)
        with self._connection.cursor() as cursor, cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as copy:
            for row in pq.read_table(path, columns=list(dataset.names)).to_pylist():
                copy.write_row(list(row.values()))
