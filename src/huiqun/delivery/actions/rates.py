"""How fast an account may send, counted in one row that all workers share.

The refill follows the database's own clock, so that workers with different clocks agree.
"""

from django.db import connection

PAUSE_SECONDS = 0.1

TAKE = """
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


def take(account_id: int, wanted: int) -> int:
    """How many messages may be sent now, at most ``wanted``; they are taken at once."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"account": account_id, "wanted": wanted})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def give_back(account_id: int, unused: int) -> None:
    if unused <= 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_ratebucket SET tokens = tokens + %s WHERE account_id = %s", [unused, account_id]
        )
