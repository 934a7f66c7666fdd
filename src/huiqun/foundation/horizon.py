"""How far back every transaction of this database is over.

``pg_snapshot_xmin`` counts the transactions of all databases of a server, so that a long one in a
neighbouring database would hold up our subscribers and seals. Those are left out here; where the activity
view hides or no longer knows a transaction, it counts as ours, which only waits longer.
"""

from django.db import connection

HORIZON = """(
    SELECT LEAST(
        COALESCE(
            (SELECT min(running::text::bigint) FROM pg_snapshot_xip(taken.snapshot) AS running
             WHERE NOT EXISTS (
                SELECT FROM pg_stat_activity AS other WHERE other.datname <> current_database()
                AND other.backend_xid::text::bigint = running::text::bigint & 4294967295)),
            pg_snapshot_xmax(taken.snapshot)::text::bigint),
        pg_current_xact_id_if_assigned()::text::bigint)
    FROM (SELECT pg_current_snapshot() AS snapshot OFFSET 0) AS taken
)"""
"""SQL for the first transaction id that may still be under way; all facts below it are settled."""


def next_transaction() -> int:
    """The id that the next transaction of the server gets. It never goes back while the server is the same, whereas
    the horizon may for a moment: what ended between snapshot and activity view counts as ours once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HORIZON}")
        return int(cursor.fetchone()[0])
