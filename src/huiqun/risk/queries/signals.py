"""The signals of one claim, in one statement whose cost does not grow with what was claimed before.

Each part reads at most a hundred of the newest rows of one index. Claims that are on their way in other transactions
are not seen yet: signals are likelihoods. What must never happen twice is guarded by the benefit's quotas and stock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from huiqun.lib.days import local_date
from huiqun.risk.queries.cards import activated
from huiqun.risk.rules.scorecards import AS_DELIVERED, Scorecard
from huiqun.risk.rules.signals import MOST, ClaimSignals

Values = dict[str, int | float | None]

STATEMENT = f"""
WITH device AS (
    SELECT count(*) FILTER (WHERE at > %(minute)s) AS a_minute,
           count(*) FILTER (WHERE at > %(hour)s) AS an_hour,
           count(*) FILTER (WHERE at > %(day)s) AS a_day,
           count(DISTINCT customer_id) FILTER (WHERE customer_id <> %(me)s) AS others
      FROM (SELECT at, customer_id FROM risk_judgement
             WHERE device = %(device)s AND device <> '' AND at > %(week)s AND at <= %(now)s
             ORDER BY at DESC LIMIT {MOST}) seen
), address AS (
    SELECT count(*) FILTER (WHERE at > %(minute)s) AS a_minute,
           count(*) AS an_hour,
           count(DISTINCT customer_id) FILTER (WHERE customer_id <> %(me)s) AS others
      FROM (SELECT at, customer_id FROM risk_judgement
             WHERE address = %(address)s AND address <> '' AND at > %(hour)s AND at <= %(now)s
             ORDER BY at DESC LIMIT {MOST}) seen
), own AS (
    SELECT at FROM risk_judgement
     WHERE customer_id = %(me)s AND at > %(quarter)s AND at <= %(now)s ORDER BY at DESC LIMIT {MOST}
), days AS (
    SELECT count(*) AS claims FROM own WHERE at <= %(day)s
     GROUP BY (at AT TIME ZONE 'Asia/Shanghai')::date
), payee AS (
    SELECT count(DISTINCT customer_id) AS others
      FROM (SELECT customer_id FROM risk_judgement
             WHERE payee = %(payee)s AND payee <> '' AND at > %(quarter)s AND at <= %(now)s
             ORDER BY at DESC LIMIT {MOST}) seen WHERE customer_id <> %(me)s
), document AS (
    SELECT count(DISTINCT customer_id) AS others
      FROM (SELECT customer_id FROM risk_judgement
             WHERE document = %(document)s AND document <> '' AND at > %(quarter)s AND at <= %(now)s
             ORDER BY at DESC LIMIT {MOST}) seen WHERE customer_id <> %(me)s
)
SELECT device.a_minute, device.an_hour, device.a_day, device.others,
       address.a_minute, address.an_hour, address.others,
       (SELECT count(*) FROM own WHERE at > %(minute)s),
       (SELECT count(*) FROM own WHERE at > %(day)s),
       (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY claims) FROM days),
       payee.others, document.others,
       (SELECT coalesce(max(size), 0) FROM risk_ringmember WHERE customer_id = %(me)s),
       (SELECT EXISTS (SELECT FROM (SELECT device FROM risk_judgement WHERE customer_id = %(referrer)s
                        ORDER BY at DESC LIMIT {MOST}) theirs WHERE theirs.device = %(device)s)),
       (SELECT EXISTS (SELECT FROM risk_frozenkey WHERE until > %(now)s
                          AND kind = 'device' AND key = %(device)s AND %(device)s <> '')
            OR EXISTS (SELECT FROM risk_frozenkey WHERE until > %(now)s
                          AND kind = 'address' AND key = %(address)s AND %(address)s <> '')
            OR EXISTS (SELECT FROM risk_frozenkey WHERE until > %(now)s
                          AND kind = 'customer' AND key = %(me)s::text)),
       (SELECT EXISTS (SELECT FROM risk_case WHERE customer_id = %(me)s AND benefit_id = %(benefit)s
                          AND kind = 'appeal' AND state = 'released' AND decided_at > %(month)s)),
       (SELECT id || ':' || card_digest FROM risk_scorecardversion WHERE state = 'active' AND starts_at <= %(now)s
         ORDER BY starts_at DESC, id DESC LIMIT 1)
  FROM device, address, payee, document
"""


@dataclass(frozen=True, kw_only=True)
class Known:
    """``cleared``: an appeal about this benefit was accepted within the last month."""

    values: Values
    frozen: bool
    cleared: bool
    scorecard_id: int | None
    card: Scorecard


def known_of(signals: ClaimSignals, *, now: datetime) -> Known:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, _parameters(signals, now))
        row: tuple[Any, ...] = cursor.fetchone()
    values = _values(row, signals, now)
    scorecard_id, _colon, card_digest = (row[16] or "").partition(":")
    return Known(
        values=values,
        frozen=row[14],
        cleared=row[15],
        scorecard_id=int(scorecard_id) if scorecard_id else None,
        card=activated(int(scorecard_id), card_digest) if scorecard_id else AS_DELIVERED,
    )


def _parameters(signals: ClaimSignals, now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "minute": now - timedelta(minutes=1),
        "hour": now - timedelta(hours=1),
        "day": now - timedelta(days=1),
        "week": now - timedelta(days=7),
        "month": now - timedelta(days=30),
        "quarter": now - timedelta(days=90),
        "me": signals.customer_id,
        "referrer": signals.referrer_id,
        "benefit": signals.benefit_id,
        "device": signals.device,
        "address": signals.address,
        "payee": signals.payee,
        "document": signals.document,
    }


def _values(row: tuple[Any, ...], signals: ClaimSignals, now: datetime) -> Values:
    opened = signals.opened_date
    by_device, by_address = bool(signals.device), bool(signals.address)
    usual = float(row[9]) if row[9] is not None else None
    return {
        "device_claims_minute": row[0] if by_device else None,
        "device_claims_hour": row[1] if by_device else None,
        "device_claims_day": row[2] if by_device else None,
        "device_people_week": row[3] if by_device else None,
        "address_claims_minute": row[4] if by_address else None,
        "address_claims_hour": row[5] if by_address else None,
        "address_people_hour": row[6] if by_address else None,
        "customer_claims_minute": row[7],
        "customer_claims_day": row[8],
        "customer_pace": round((row[8] + 1) / max(usual, 1.0), 2) if usual is not None else None,
        "payee_people": row[10] if signals.payee else None,
        "document_people": row[11] if signals.document else None,
        "ring_size": row[12],
        "referrer_device": int(row[13]) if signals.referrer_id and by_device else None,
        "account_days": max(0, (local_date(now) - opened).days) if opened else None,
        "value_fen": signals.value_fen,
    }
