"""What has been kept long enough goes."""

from datetime import datetime, timedelta

from django.db import connection

KEPT_DAYS = 400
TRAFFIC_DAYS = 400
BATCH = 20_000
MOST_BATCHES = 50
FORGET = """
DELETE FROM risk_judgement WHERE id IN (
    SELECT j.id FROM risk_judgement j WHERE j.at < %s
       AND NOT EXISTS (SELECT FROM risk_case c WHERE c.judgement_id = j.id) ORDER BY j.at LIMIT %s)
"""


def forget_judgements(*, now: datetime) -> int:
    """Delete judgements older than 400 days in small batches, each on its own, except those of a case; and the
    traffic of that time."""
    gone = 0
    for _batch in range(MOST_BATCHES):
        with connection.cursor() as cursor:
            cursor.execute(FORGET, [now - timedelta(days=KEPT_DAYS), BATCH])
            gone += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM risk_traffic WHERE minute < %s", [now - timedelta(days=TRAFFIC_DAYS)])
    return gone
