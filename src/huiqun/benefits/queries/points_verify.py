"""Whether the points ledger adds up. Each proof is one statement, so that whoever posts meanwhile disturbs none."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop as _

EXAMPLES = 5


@dataclass(frozen=True, kw_only=True)
class LedgerProblem:
    """``sentence`` is an English msgid; ``where`` names a few of the ``count`` places."""

    proof: str
    sentence: str
    count: int
    where: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LedgerProof:
    movements: int
    lots: int
    owed: int
    took_ms: int
    problems: tuple[LedgerProblem, ...]

    @property
    def is_whole(self) -> bool:
        return not self.problems


PROOFS: dict[str, tuple[str, str]] = {
    "balance": (
        _("Movements whose lines do not sum to zero or are not the customer's own"),
        """
        SELECT m.id::text AS place FROM benefits_pointsmovement m
        LEFT JOIN (
            SELECT movement_id, sum(points) AS total, sum(points) FILTER (WHERE account = 'customer') AS moved,
                   min(customer_id) AS least, max(customer_id) AS most
            FROM benefits_pointsline GROUP BY movement_id
        ) l ON l.movement_id = m.id
        WHERE l.total IS DISTINCT FROM 0 OR l.moved IS DISTINCT FROM m.points
           OR l.least IS DISTINCT FROM m.customer_id OR l.most IS DISTINCT FROM m.customer_id
        """,
    ),
    "strays": (
        _("Lines that belong to no movement"),
        """
        SELECT l.movement_id::text AS place FROM benefits_pointsline l
        WHERE NOT EXISTS (SELECT FROM benefits_pointsmovement m WHERE m.id = l.movement_id)
        """,
    ),
    "lots": (
        _("Lots that are not the sum of their lines"),
        """
        SELECT customer_id || ' ' || expires_on AS place FROM (
            SELECT customer_id, expires_on, sum(points) AS lines
            FROM benefits_pointsline WHERE account = 'customer' GROUP BY 1, 2
        ) l FULL JOIN benefits_pointslot USING (customer_id, expires_on)
        WHERE coalesce(lines, 0) <> coalesce(remaining, 0)
        """,
    ),
    "refunds": (
        _("Spendings of which more was given back than was spent"),
        """
        SELECT s.id::text AS place FROM benefits_pointsmovement s
        JOIN benefits_pointsmovement r ON r.refund_of_id = s.id
        GROUP BY s.id, s.points HAVING s.points + sum(r.points) > 0 OR min(r.customer_id) <> min(s.customer_id)
        """,
    ),
    "earned": (
        _("Days of rules whose sum is not what was earned"),
        """
        SELECT rule_id || ' ' || day AS place FROM (
            SELECT rule_id, for_day AS day, sum(points) AS moved
            FROM benefits_pointsmovement WHERE rule_id IS NOT NULL GROUP BY 1, 2
        ) m FULL JOIN benefits_earningday d USING (rule_id, day)
        WHERE coalesce(moved, 0) <> coalesce(d.points, 0)
        """,
    ),
    "days": (
        _("Closed days whose sum is not that of their movements"),
        """
        SELECT day || ' ' || account || ' ' || kind AS place FROM (
            SELECT m.day, l.account, m.kind, sum(l.points) AS moved
            FROM benefits_pointsmovement m JOIN benefits_pointsline l ON l.movement_id = m.id GROUP BY 1, 2, 3
        ) m FULL JOIN benefits_pointsday d USING (day, account, kind)
        WHERE coalesce(moved, 0) <> coalesce(d.points, 0)
          AND day < (SELECT max(day) FROM benefits_pointsday) AND day < %(today)s
        """,
    ),
}
SIZES = """
SELECT (SELECT count(*) FROM benefits_pointsmovement), (SELECT count(*) FROM benefits_pointslot),
       (SELECT coalesce(sum(remaining), 0) FROM benefits_pointslot)
"""


def prove_ledger(*, now: datetime) -> LedgerProof:
    """Read the whole ledger and say what does not add up."""
    began = time.monotonic()
    found = tuple(problem for name in PROOFS if (problem := _prove(name, now)))
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        movements, lots, owed = cursor.fetchone()
    took = round((time.monotonic() - began) * 1000)
    return LedgerProof(movements=movements, lots=lots, owed=int(owed), took_ms=took, problems=found)


def _prove(name: str, now: datetime) -> LedgerProblem | None:
    sentence, query = PROOFS[name]
    counted = f"SELECT count(*), (array_agg(place ORDER BY place))[1:{EXAMPLES}] FROM ({query}) wrong"
    with connection.cursor() as cursor:
        cursor.execute(counted, {"today": local_date(now)})
        count, where = cursor.fetchone()
    if not count:
        return None
    return LedgerProblem(proof=name, sentence=sentence, count=count, where=tuple(where))
