"""How fast an account may send, and how fast a run: counted in one row each that all workers share.

The refill follows the database's own clock, so that workers with different clocks agree.
"""

from django.db import connection

PAUSE_SECONDS = 0.1

ACCOUNT = """
WITH bucket AS (
    SELECT b.account_id,
           LEAST(a.rate_per_second::float,
                 b.tokens + GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - b.filled_at)) * a.rate_per_second
           ) AS tokens
    FROM delivery_ratebucket b JOIN delivery_channelaccount a ON a.id = b.account_id
    WHERE b.account_id = %(account)s FOR UPDATE OF b
)
UPDATE delivery_ratebucket b
SET tokens = bucket.tokens - LEAST(FLOOR(bucket.tokens), %(wanted)s), filled_at = clock_timestamp()
FROM bucket WHERE b.account_id = bucket.account_id
RETURNING LEAST(FLOOR(bucket.tokens), %(wanted)s)::int
"""

RUN = """
WITH bucket AS (
    SELECT run_id, LEAST(per_second::float,
                         tokens + GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - filled_at)) * per_second
           ) AS tokens
    FROM delivery_runpace WHERE run_id = %(run)s FOR UPDATE
)
UPDATE delivery_runpace p
SET tokens = bucket.tokens - LEAST(FLOOR(bucket.tokens), %(wanted)s), filled_at = clock_timestamp()
FROM bucket WHERE p.run_id = bucket.run_id
RETURNING LEAST(FLOOR(bucket.tokens), %(wanted)s)::int
"""


def take(account_id: int, wanted: int) -> int:
    """How many messages may be sent now, at most ``wanted``; they are taken at once."""
    row = _one(ACCOUNT, {"account": account_id, "wanted": wanted})
    return row if row is not None else 0


def give_back(account_id: int, unused: int) -> None:
    if unused > 0:
        values = {"account": account_id, "unused": unused}
        _do(
            "UPDATE delivery_ratebucket SET tokens = tokens + %(unused)s WHERE account_id = %(account)s",
            values,
        )


def take_for_run(run_id: int, wanted: int) -> int:
    """The same for a run; one that nobody has set a speed for is as fast as its account."""
    row = _one(RUN, {"run": run_id, "wanted": wanted}) if wanted else 0
    return wanted if row is None else row


def give_back_to_run(run_id: int, unused: int) -> None:
    if unused > 0:
        values = {"run": run_id, "unused": unused}
        _do("UPDATE delivery_runpace SET tokens = tokens + %(unused)s WHERE run_id = %(run)s", values)


def _one(sql: str, values: dict[str, int]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _do(sql: str, values: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
