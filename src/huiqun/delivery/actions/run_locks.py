"""Whoever changes a run against those who are sending it.

Senders hold the run's row FOR SHARE, one after the other without a gap; who wants it for himself could wait
for ever. In front of the row stands an advisory lock, which queues fairly: who asks for it next comes next.
"""

from django.db import connection

RUNS = 7_310_222


def share(run_id: int) -> None:
    _lock("pg_advisory_xact_lock_shared", run_id)


def take(run_id: int) -> None:
    _lock("pg_advisory_xact_lock", run_id)


def _lock(function: str, run_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [RUNS, run_id % 2**31])
