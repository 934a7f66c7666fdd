"""The eight audiences: as the product's rule trees, and as an analyst writes them by hand for DuckDB.

Each has its own condition and what stands before any text message: consent, suitability, nobody of the staff, nobody
who wants no disturbance, nobody who was written to too often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.audience_lake import CAMPAIGNS, MONTH_ENDS, TODAY

Rule = dict[str, Any]
CAMPAIGN = CAMPAIGNS[0]
PRIME = 1_000_003
"""Of the second check sum: the squares of the ids modulo this, added up."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """``rule`` without the guards, ``condition`` the same in SQL over ``p``; ``least_risk`` is the suitability."""

    name: str
    title: str
    least_risk: int
    conditions: tuple[Rule, ...]
    sql: str

    @property
    def rule(self) -> Rule:
        return {"all": [*_guards(self.least_risk), *self.conditions]}

    @property
    def ids(self) -> str:
        """By hand: a SELECT of customer ids."""
        return _WHOLE.format(least_risk=self.least_risk, condition=self.sql, **DAYS)

    @property
    def preview(self) -> str:
        """One row that takes the whole answer to work out: how many, and two check sums."""
        return check_sums(self.ids)


def check_sums(ids: str) -> str:
    return (
        f"SELECT count(*), coalesce(sum(customer_id), 0),"
        f" coalesce(sum(customer_id * customer_id % {PRIME}), 0) FROM ({ids}) AS chosen"
    )


def leaf(field: str, op: str, value: Any, **arguments: Any) -> Rule:
    return {"field": field, "op": op, "value": value, **({"with": arguments} if arguments else {})}


def _guards(least_risk: int) -> list[Rule]:
    return [
        leaf("profile.consent_sms", "eq", True),
        leaf("profile.is_staff", "eq", False),
        leaf("profile.do_not_disturb", "eq", False),
        leaf("profile.risk_level", "in", list(range(least_risk, 6))),
        leaf("profile.risk_assessed", "last_days", 365),
        leaf("contacts.count", "lt", 3, days=7, channel=["sms"]),
        leaf("contacts.count", "lt", 8, days=30, channel=["sms"]),
    ]


def _ago(days: int) -> str:
    return f"DATE '{TODAY - timedelta(days=days)}'"


def _born(age: int) -> str:
    return f"DATE '{date(TODAY.year - age, TODAY.month, TODAY.day)}'"


DAYS: Mapping[str, str] = {
    "today": _ago(0),
    "d7": _ago(7),
    "d30": _ago(30),
    "d90": _ago(90),
    "d365": _ago(365),
    "in30": _ago(-30),
    "newest": f"DATE '{MONTH_ENDS[-1]}'",
    "before": f"DATE '{MONTH_ENDS[0]}'",
    "born25": _born(25),
    "born41": _born(41),
    "born60": _born(60),
    "campaign": CAMPAIGN,
}

_WHOLE = """
SELECT customer_id FROM profiles
WHERE consent_sms AND NOT is_staff AND NOT do_not_disturb AND risk_level >= {least_risk}
  AND risk_assessed_date > {d365} AND risk_assessed_date <= {today} AND {condition}
  AND customer_id NOT IN (
    SELECT customer_id FROM contacts WHERE dt > {d30} AND dt <= {today} AND channel = 'sms'
    GROUP BY customer_id HAVING count(*) >= 8 OR count(*) FILTER (WHERE dt > {d7}) >= 3)
"""

EIGHT: tuple[Audience, ...] = (
    Audience(
        name="s1",
        title="女 25–40 岁，月消费超过 5000",
        least_risk=1,
        conditions=(
            leaf("profile.sex", "eq", "F"),
            leaf("profile.age", "between", [25, 40]),
            leaf("transactions.sum", "gt", 5000, days=30, kind=["spend"]),
        ),
        sql="""sex = 'F' AND birth_date > {born41} AND birth_date <= {born25} AND customer_id IN (
            SELECT customer_id FROM transactions WHERE dt > {d30} AND dt <= {today} AND kind = 'spend'
            GROUP BY customer_id HAVING sum(amount_fen) > 500000)""".format(**DAYS),
    ),
    Audience(
        name="s2",
        title="基金定投 90 天内暂停，没有其他定投",
        least_risk=3,
        conditions=(
            leaf("holdings.changed", "last_days", 90, product_kind=["fund_plan"], status=["paused"]),
            leaf("holdings.contracts", "eq", 0, product_kind=["fund_plan"], status=["active"]),
        ),
        sql="""customer_id IN (
            SELECT customer_id FROM holdings WHERE dt = {newest} AND product_kind = 'fund_plan'
              AND status = 'paused' AND changed_date > {d90} AND changed_date <= {today})
          AND customer_id NOT IN (
            SELECT customer_id FROM holdings WHERE dt = {newest} AND product_kind = 'fund_plan'
              AND status = 'active')""".format(**DAYS),
    ),
    Audience(
        name="s3",
        title="30 天内浏览留学金融至少 2 次，没有购汇",
        least_risk=1,
        conditions=(
            leaf("app_events.count", "gte", 2, days=30, kind=["view"], topic=["study_abroad"]),
            leaf("transactions.count", "eq", 0, days=30, product_kind=["foreign_exchange"]),
        ),
        sql="""customer_id IN (
            SELECT customer_id FROM app_events WHERE dt > {d30} AND dt <= {today} AND kind = 'view'
              AND topic = 'study_abroad' GROUP BY customer_id HAVING count(*) >= 2)
          AND customer_id NOT IN (
            SELECT customer_id FROM transactions WHERE dt > {d30} AND dt <= {today}
              AND product_kind = 'foreign_exchange')""".format(**DAYS),
    ),
    Audience(
        name="s4",
        title="90 天内资产减少超过一半，原有至少 5 万",
        least_risk=2,
        conditions=(
            leaf("aum.before", "gte", 50_000, days=90),
            leaf("aum.change", "lt", -50, days=90),
        ),
        sql="""customer_id IN (
            SELECT a.customer_id FROM aum a JOIN aum b USING (customer_id)
            WHERE a.dt = {before} AND b.dt = {newest} AND a.aum_fen >= 5000000
              AND b.aum_fen * 2 < a.aum_fen)""".format(**DAYS),
    ),
    Audience(
        name="s5",
        title="60 岁以上，30 天内到期存款至少 5 万",
        least_risk=1,
        conditions=(
            leaf("profile.age", "gte", 60),
            leaf("holdings.due", "gte", 50_000, days=30, product_kind=["deposit"]),
        ),
        sql="""birth_date <= {born60} AND customer_id IN (
            SELECT customer_id FROM holdings WHERE dt = {newest} AND product_kind = 'deposit'
              AND status = 'active' AND matures_date >= {today} AND matures_date <= {in30}
            GROUP BY customer_id HAVING sum(amount_fen) >= 5000000)""".format(**DAYS),
    ),
    Audience(
        name="s6",
        title="开户不满 30 天，产品少于 2 类",
        least_risk=2,
        conditions=(leaf("profile.opened_days", "lte", 30), leaf("holdings.active_kinds", "lt", 2)),
        sql="""opened_date >= {d30} AND customer_id NOT IN (
            SELECT customer_id FROM holdings WHERE dt = {newest} AND status = 'active'
            GROUP BY customer_id HAVING count(DISTINCT product_kind) >= 2)""".format(**DAYS),
    ),
    Audience(
        name="s7",
        title="资产 4 万到 5 万（再存 1 万即可解锁）",
        least_risk=2,
        conditions=(leaf("aum.now", "between", [40_000, 49_999.99]),),
        sql="""customer_id IN (
            SELECT customer_id FROM aum WHERE dt = {newest}
              AND aum_fen >= 4000000 AND aum_fen < 5000000)""".format(**DAYS),
    ),
    Audience(
        name="s8",
        title="点击活动后 7 天内未参加",
        least_risk=2,
        conditions=(leaf("bench.clicked_only", "eq", True, days=30, within=7, topic=CAMPAIGN),),
        sql="""customer_id IN (
            WITH clicked AS (
              SELECT customer_id, min("at") AS t0 FROM app_events
              WHERE dt > {d30} AND dt <= {today} AND kind = 'campaign_click' AND topic = '{campaign}'
              GROUP BY customer_id HAVING min(dt) < {d7})
            SELECT customer_id FROM clicked WHERE customer_id NOT IN (
              SELECT customer_id FROM clicked JOIN app_events AS v USING (customer_id)
              WHERE v.dt > {d30} AND v.dt <= {today} AND v.kind = 'campaign_joined'
                AND v.topic = '{campaign}' AND v."at" > t0 AND v."at" <= t0 + INTERVAL 7 DAY))""".format(
            **DAYS
        ),
    ),
)
