"""Which transactions hold settled facts back: all of this database, and of no other.

Never equal, only "at most": a neighbour's transaction that has just ended counts as ours for a moment.
"""

import psycopg
import pytest
from django.db import connection, transaction

from huiqun.foundation.horizon import horizon

pytestmark = pytest.mark.django_db(transaction=True)


def other_connection(database: str) -> "psycopg.Connection[tuple[object, ...]]":
    known = connection.get_connection_params()
    return psycopg.connect(
        **{key: known[key] for key in ("host", "port", "user", "password") if known.get(key)}, dbname=database
    )


def begin(other: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None
    return int(str(row[0]))


def test_a_transaction_of_this_database_holds_the_horizon() -> None:
    with other_connection(connection.settings_dict["NAME"]) as other:
        mine = begin(other)
        begin_and_end()
        assert horizon() <= mine
        other.rollback()
    begin_and_end()
    assert horizon() > mine


def test_a_transaction_of_another_database_does_not() -> None:
    with other_connection("postgres") as other:
        theirs = begin(other)
        begin_and_end()
        assert horizon() > theirs
        other.rollback()


def test_ones_own_transaction_does() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert horizon() <= cursor.fetchone()[0]


def begin_and_end() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
