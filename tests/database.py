"""The tests' databases: copied from one that is migrated once, and emptied without touching what is empty."""

import fcntl
import hashlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PREFIX = "huiqun_template_"
_first_rows: dict[str, bytes] = {}


def template(url: str) -> str:
    """The name of a database that has all migrations, made when there is none for these migrations yet."""
    name = PREFIX + _migrations()
    with _alone(), psycopg.connect(url, autocommit=True) as server:
        if not _exists(server, name):
            _make(server, url, name)
    return name


def _migrations() -> str:
    """By content: an edited migration needs a new database."""
    digest = hashlib.sha256(os.environ.get("HUIQUN_DOMAINS", "").encode())
    root = Path(__file__).parents[1]
    for path in [*sorted(root.glob("src/huiqun/*/migrations/*.py")), root / "locks" / "running.txt"]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[None]:
    """Test processes that start at once wait for the one that makes it."""
    with open(Path(tempfile.gettempdir(), f"huiqun-template-{os.getuid()}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _make(server: psycopg.Connection, url: str, name: str) -> None:
    """Under another name until it is whole; templates of older migrations go."""
    older = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    ).fetchall()
    for (old,) in older:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
    draft = f"{PREFIX}draft"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": draft}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--no-input"]
    subprocess.run(
        command, check=True, env={**os.environ, "DATABASE_URL": psycopg.conninfo.make_conninfo(**parts)}
    )
    rename = "ALTER DATABASE {} RENAME TO {}"
    server.execute(sql.SQL(rename).format(sql.Identifier(draft), sql.Identifier(name)))


def keep_first_rows() -> None:
    """Remember what migrations and start-up have written."""
    from django.db import connection

    with connection.cursor() as cursor:
        _first_rows.update({table: _copied(cursor, table) for table in _filled(cursor)})


def empty() -> None:
    """Bring the database back to its first rows; append-only tables and foreign keys look away meanwhile."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled(cursor) | set(_first_rows):
            rows = _first_rows.get(table)
            if rows is not None and _copied(cursor, table) == rows:
                continue
            cursor.execute(f'DELETE FROM "{table}"')
            if rows:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)


def _filled(cursor: Any) -> set[str]:
    """Every table, also those that Django does not manage: jobs of one test are not the next one's."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = [table for (table,) in cursor.fetchall()]
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    )
    return {table for (table,) in cursor.fetchall()}


def _copied(cursor: Any, table: str) -> bytes:
    content = io.BytesIO()
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        for piece in copy:
            content.write(piece)
    return content.getvalue()


def drop(self: Any, name: str, verbosity: int) -> None:
    """In place of Django's own: a connection that a thread has left open keeps no test database alive."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")
