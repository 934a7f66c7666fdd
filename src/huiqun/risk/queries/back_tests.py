"""What a draft would have done to past claims: their stored signals, scored once more by the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.scorecards import Scorecard
from huiqun.risk.rules.signals import SIGNALS

MOST_CLAIMS = 200_000
LONGEST_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Claims that were answered ``before`` and would be answered ``after``."""

    before: Outcome
    after: Outcome
    claims: int
    people: int
    value_fen: int


@dataclass(frozen=True, kw_only=True)
class BackTest:
    days: int
    claims: int
    moved: tuple[Moved, ...]

    @property
    def changed(self) -> int:
        return sum(each.claims for each in self.moved if each.before != each.after)

    def plain(self) -> dict[str, Any]:
        return {
            "days": self.days,
            "claims": self.claims,
            "moved": [
                [each.before, each.after, each.claims, each.people, each.value_fen] for each in self.moved
            ],
        }


def back_test(card: Scorecard, *, days: int, now: datetime) -> BackTest:
    """Over the newest claims of ``days`` days, at most 200,000. Claims that an officer or an appeal decided count as
    the rule answered them; a proof given is not asked for again."""
    days = max(1, min(days, LONGEST_DAYS))
    points, values = points_sql(card)
    after = (
        "CASE WHEN points >= %s THEN 'refuse' WHEN points >= %s THEN 'hold'"
        " WHEN points >= %s THEN 'challenge' ELSE 'allow' END"
    )
    statement = f"""
        WITH past AS (
            SELECT customer_id, value_fen, outcome, signals FROM risk_judgement
             WHERE at > %s AND at <= %s AND reason NOT IN ('frozen', 'cleared')
             ORDER BY at DESC LIMIT {MOST_CLAIMS}
        ), scored AS (SELECT customer_id, value_fen, outcome, {points} AS points FROM past)
        SELECT outcome, {after} AS answer, count(*), count(DISTINCT customer_id), coalesce(sum(value_fen), 0)
          FROM scored GROUP BY 1, 2 ORDER BY 1, 2
    """
    window = [now - timedelta(days=days), now]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*window, *values, card.refuse, card.hold, card.challenge])
        rows = cursor.fetchall()
    moved = tuple(
        Moved(
            before=Outcome(row[0]), after=Outcome(row[1]), claims=row[2], people=row[3], value_fen=int(row[4])
        )
        for row in rows
    )
    return BackTest(days=days, claims=sum(each.claims for each in moved), moved=moved)


def points_sql(card: Scorecard) -> tuple[str, list[Any]]:
    """The card's points over a row's ``signals``; the same as ``rules.scorecards.score``."""
    parts, values = [], []
    by_signal: dict[str, list[tuple[int, int]]] = {}
    for band in card.bands:
        by_signal.setdefault(band.signal, []).append((band.limit, band.points))
    for name, bands in sorted(by_signal.items()):
        sign = "<=" if SIGNALS[name].less else ">="
        whens = []
        for limit, points in sorted(bands, key=lambda each: -each[1]):
            whens.append(f"WHEN (signals->>%s)::float8 {sign} %s THEN %s")
            values += [name, limit, points]
        parts.append(f"CASE {' '.join(whens)} ELSE 0 END")
    return " + ".join(parts), values
