"""Caps, quotas and priority as one join over the counts of the people who are judged.

One row per person and day is counted, whatever the number of campaigns: the cost follows the people.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from huiqun.delivery.actions.gate_terms import GateTerms
from huiqun.delivery.rules.orders import Cap

MONTH_DAYS = 32


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
        caps = terms.caps.for_message(channel=plan.channel, topic=terms.topic)
        days = max([days, *(cap.days for cap in caps)])
        often.append(" OR ".join(f"{column(_sum(cap, place))} >= {int(cap.count)}" for cap in caps))
        most = terms.quotas[place].person_month
        if most is not None:
            days = max(days, MONTH_DAYS)
            quota.append(f"coalesce({column(_month_sum(place))}, 0) >= {int(most)}")
        else:
            quota.append("")
    outranked = ""
    if terms.rivals.any_lately:
        outranked = f"{column(_highest())} > {int(terms.priority)}"
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
    listed = ", ".join(f"{sql.replace('{today}', today)} AS {name}" for sql, name in columns.items())
    return (
        f"LEFT JOIN (SELECT c.customer_id, {listed} FROM delivery_contactcount c{away}"
        " WHERE c.on_date >= %(since)s AND c.customer_id IN (SELECT customer_id FROM delivery_staged)"
        " GROUP BY c.customer_id) f ON f.customer_id = m.customer_id"
    )


def _sum(cap: Cap, place: int) -> str:
    wanted = [f"c.on_date > {{today}} - {int(cap.days)}"]
    if not cap.every_purpose:
        wanted.append("c.purpose = %(purpose)s")
    if cap.channel:
        wanted.append(f"c.channel = %(channel_{place})s")
    if cap.topic:
        wanted.append("c.topic = %(topic)s")
    return f"sum(c.count) FILTER (WHERE {' AND '.join(wanted)})"


def _month_sum(place: int) -> str:
    return f"sum(c.count) FILTER (WHERE c.on_date >= date_trunc('month', {{today}}) AND c.channel = %(channel_{place})s)"


def _highest() -> str:
    return "max(c.priority) FILTER (WHERE c.on_date = {today} AND c.purpose = %(purpose)s)"
