"""Caps, quotas and priority as one join over the counts of the people who are judged.

One row per person and day is counted, whatever the number of campaigns: the cost follows the people.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from huiqun.delivery.actions.count_sql import highest_today, this_month, within_cap
from huiqun.delivery.actions.gate_terms import GateTerms

MONTH_DAYS = 32
TODAY = "{today}"
"""Stands for the person's day until it is known how that is had."""


@dataclass(frozen=True)
class CountsJoin:
    """``quota`` and ``often`` are conditions by channel, "" for none; ``outranked`` is one for all channels."""

    join: str
    quota: tuple[str, ...]
    often: tuple[str, ...]
    outranked: str


def counts_join(terms: GateTerms, values: dict[str, Any]) -> CountsJoin:
    columns: dict[str, str] = {}
    quota, often, days = [], [], 1

    def column(sql: str) -> str:
        return f"f.{columns.setdefault(sql, f'n{len(columns)}')}"

    for place, plan in enumerate(terms.plans):
        channel = f"%(channel_{place})s"
        caps = terms.caps.for_message(channel=plan.channel, topic=terms.topic)
        days = max([days, *(cap.days for cap in caps)])
        often.append(
            " OR ".join(
                f"{column(within_cap(cap, today=TODAY, channel=channel))} >= {int(cap.count)}" for cap in caps
            )
        )
        most = terms.quotas[place].person_month
        if most is not None:
            days = max(days, MONTH_DAYS)
            quota.append(f"coalesce({column(this_month(today=TODAY, channel=channel))}, 0) >= {int(most)}")
        else:
            quota.append("")
    outranked = ""
    if terms.rivals.any_lately:
        outranked = f"{column(highest_today(today=TODAY))} > {int(terms.priority)}"
    if not columns:
        return CountsJoin("", tuple(quota), tuple(often), "")
    values |= {"topic": terms.topic, "since": terms.clocks[0].today - timedelta(days=days)}
    return CountsJoin(_join(terms, columns), tuple(quota), tuple(often), outranked)


def _join(terms: GateTerms, columns: dict[str, str]) -> str:
    """Each count is put against the day of the person it is of."""
    today, away = "%(today)s::date", ""
    if len(terms.clocks) > 1:
        rows: dict[str, Any] = {}
        away = (
            " LEFT JOIN customers_elsewhere ca ON ca.customer_id = c.customer_id"
            f" LEFT JOIN ({terms.clock_rows(rows)}) ch ON ch.time_zone = ca.time_zone"
        )
        today = "coalesce(ch.today, %(today)s::date)"
    listed = ", ".join(f"{sql.replace(TODAY, today)} AS {name}" for sql, name in columns.items())
    return (
        f"LEFT JOIN (SELECT c.customer_id, {listed} FROM delivery_contactcount c{away}"
        " WHERE c.on_date >= %(since)s AND c.customer_id IN (SELECT customer_id FROM delivery_staged)"
        " GROUP BY c.customer_id) f ON f.customer_id = m.customer_id"
    )
