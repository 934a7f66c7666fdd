"""How a run has fared so far, and who was in its siblings: for those who release step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

SIBLINGS = """
    SELECT other.id FROM delivery_run mine
    JOIN delivery_run other ON other.subject = mine.subject AND other.digest = mine.digest
     AND other.source = mine.source AND other.id <> mine.id
    WHERE mine.id = %(run)s
"""

FIGURES = """
SELECT (SELECT audience FROM delivery_run WHERE id = %(run)s),
       (SELECT count(*) FROM delivery_recipient
        WHERE run_id = %(run)s AND state IN ('sent', 'delivered', 'failed')),
       (SELECT count(*) FROM delivery_recipient WHERE run_id = %(run)s AND state = 'failed'),
       (SELECT count(*) FROM delivery_touch WHERE run_id = %(run)s AND kind = 'complained'),
       (SELECT count(*) FROM delivery_touch WHERE run_id = %(run)s AND kind = 'unsubscribed')
"""


@dataclass(frozen=True, kw_only=True)
class RunFigures:
    """``tried`` are those sent and those that failed."""

    people: int
    tried: int
    failures: int
    complaints: int
    unsubscribes: int


def run_figures(run_id: int) -> RunFigures:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"run": run_id})
        people, tried, failures, complaints, unsubscribes = cursor.fetchone()
    return RunFigures(
        people=people, tried=tried, failures=failures, complaints=complaints, unsubscribes=unsubscribes
    )


def reached_before(*, subject: str, digest: str, step: str, customer_ids: Sequence[int]) -> int:
    """How many of these were in another run of the same subject and digest: nobody may be in two."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM delivery_recipient WHERE customer_id = ANY(%s) AND run_id IN ("
            "  SELECT id FROM delivery_run WHERE subject = %s AND digest = %s AND step <> %s AND source = 'live')",
            [list(customer_ids), subject, digest, step],
        )
        return int(cursor.fetchone()[0])


def runs_beside(run_id: int) -> list[int]:
    """The run and the others of the same subject and digest, in the order in which they were opened."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {int(run_id)} UNION {SIBLINGS} ORDER BY 1", {"run": run_id})
        return [row[0] for row in cursor.fetchall()]


def customers_of_run(run_id: int) -> list[int]:
    """For runs of a few people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id FROM delivery_recipient WHERE run_id = %s ORDER BY 1", [run_id])
        return [row[0] for row in cursor.fetchall()]
