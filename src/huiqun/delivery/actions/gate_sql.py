"""The gate as SQL over the published view ``customers_reach`` and delivery's own counts.

Per person and planned channel the first gate that closes is found (PASSED when none does). A person
is closed out when every channel is; the reason is the gate at which the last channel closed. Who
passed gets the most preferred open channel and a variant by hash, in both arms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from huiqun.compliance.rules.suitability import suitability_sql
from huiqun.delivery.models import Run
from huiqun.delivery.rules.orders import Cap, ChannelPlan
from huiqun.delivery.rules.states import PASSED, RANK, Reason, State
from huiqun.delivery.rules.timing import quiet_until
from huiqun.lib.allocation import BUCKETS, bucket_sql
from huiqun.lib.days import local_date

LENDING = frozenset({"loan"})
ADULT_YEARS = 18


@dataclass(frozen=True)
class Gate:
    sql: str
    values: dict[str, Any]

    @classmethod
    def of(cls, run: Run, *, now: datetime) -> "Gate":
        today = local_date(now)
        values: dict[str, Any] = {
            "run": run.pk,
            "purpose": run.purpose,
            "today": today,
            "now": now,
            "risk": run.product_risk,
            "lending": (run.product_kind or "") in LENDING,
            "late": run.deadline_at is not None and run.deadline_at <= now,
            "held_until": quiet_until(now, run.quiet_hours),
        }
        for index, plan in enumerate(run.plans):
            values[f"channel_{index}"] = plan.channel
            for number, variant in enumerate(plan.variants):
                values[f"variant_{index}_{number}"] = variant.key
        frequency = _frequency(run, today)
        sql = GATE.format(
            plans=", ".join(f"({index}, %(channel_{index})s)" for index in range(len(run.plans))),
            judgement=_judgement(frequency.condition),
            frequency=frequency.join,
            channel=_case("v.preference", (f"%(channel_{i})s" for i in range(len(run.plans)))),
            variant=_case("v.preference", (_variant(run, i, plan) for i, plan in enumerate(run.plans))),
            reason=_case("v.gate", (f"'{reason}'" for reason in RANK), start=1),
        )
        return cls(sql, values)


GATE = f"""
WITH plan (preference, channel) AS (VALUES {{plans}}),
judged AS (
    SELECT r.id, plan.preference, reach.branch_id, {{judgement}} AS gate
    FROM delivery_recipient r
    CROSS JOIN plan
    LEFT JOIN customers_reach reach
      ON reach.customer_id = r.customer_id AND reach.channel = plan.channel AND reach.purpose = %(purpose)s
    LEFT JOIN delivery_suppression s
      ON s.customer_id = r.customer_id AND s.channel IN ('', plan.channel)
     AND (s.until_at IS NULL OR s.until_at > %(now)s)
    {{frequency}}
    WHERE r.run_id = %(run)s AND r.state = '{State.LISTED}'
),
verdict AS (
    SELECT id, max(gate) AS gate, max(branch_id) AS branch_id,
           min(preference) FILTER (WHERE gate = {PASSED}) AS preference
    FROM judged GROUP BY id
)
UPDATE delivery_recipient r SET
    branch_id = v.branch_id,
    channel = coalesce({{channel}}, ''),
    variant_key = coalesce({{variant}}, ''),
    reason = CASE WHEN v.gate < {PASSED} THEN {{reason}}
                  WHEN r.arm = 'control' THEN '{Reason.CONTROL}' ELSE '' END,
    state = CASE WHEN v.gate < {PASSED} OR r.arm = 'control' THEN '{State.DROPPED}'
                 WHEN %(held_until)s::timestamptz IS NOT NULL THEN '{State.HELD}'
                 ELSE '{State.QUEUED}' END,
    not_before = CASE WHEN v.gate = {PASSED} AND r.arm <> 'control' THEN %(held_until)s::timestamptz END
FROM verdict v WHERE r.id = v.id
"""


def _judgement(too_often: str) -> str:
    unfit = suitability_sql(
        customer_level="reach.risk_level",
        product_level="%(risk)s",
        assessed_on="reach.risk_assessed_date",
        today="%(today)s",
    )
    closed: dict[Reason, str] = {
        Reason.UNKNOWN_CUSTOMER: "reach.customer_id IS NULL OR reach.merged",
        Reason.NO_CONTACT_POINT: "NOT reach.has_contact",
        Reason.SUPPRESSED: "s.customer_id IS NOT NULL",
        Reason.NO_CONSENT: "NOT reach.consent_given",
        Reason.CONSENT_OUTDATED: "NOT reach.consent_current",
        Reason.MINOR: f"reach.birth_date > %(today)s::date - INTERVAL '{ADULT_YEARS} years'",
        Reason.UNSUITABLE: f"({unfit}) = 'unsuitable'",
        Reason.ASSESSMENT_EXPIRED: f"({unfit}) = 'assessment_expired'",
        Reason.OVERDUE_BORROWER: "%(lending)s AND reach.overdue",
        Reason.OVER_FREQUENCY: too_often,
        Reason.DEADLINE_PASSED: "%(late)s",
    }
    cases = " ".join(f"WHEN {closed[reason]} THEN {rank}" for reason, rank in RANK.items())
    return f"CASE {cases} ELSE {PASSED} END"


@dataclass(frozen=True)
class _Frequency:
    join: str
    condition: str


def _frequency(run: Run, today: date) -> _Frequency:
    """One aggregate over the people of the run; its cost does not depend on how many campaigns there are."""
    sums: dict[Cap, str] = {}
    conditions: list[str] = []
    for index, plan in enumerate(run.plans):
        over = []
        for cap in run.limits.for_channel(plan.channel):
            column = sums.setdefault(cap, f"n{len(sums)}")
            over.append(f"f.{column} >= {int(cap.count)}")
        if over:
            conditions.append(f"(plan.preference = {index} AND ({' OR '.join(over)}))")
    if not sums:
        return _Frequency("", "FALSE")
    columns = ", ".join(
        f"sum(c.count) FILTER (WHERE {_within(cap, run, today)}) AS {n}" for cap, n in sums.items()
    )
    since = today - timedelta(days=max(cap.days for cap in sums) - 1)
    join = (
        f"LEFT JOIN (SELECT c.customer_id, {columns} FROM delivery_contactcount c"
        f" WHERE c.purpose = %(purpose)s AND c.on_date >= '{since}'"
        "  AND c.customer_id IN (SELECT customer_id FROM delivery_recipient WHERE run_id = %(run)s)"
        " GROUP BY c.customer_id) f ON f.customer_id = r.customer_id"
    )
    return _Frequency(join, " OR ".join(conditions))


def _within(cap: Cap, run: Run, today: date) -> str:
    since = today - timedelta(days=cap.days - 1)
    condition = f"c.on_date >= '{since}'"
    if not cap.channel:
        return condition
    index = next(i for i, plan in enumerate(run.plans) if plan.channel == cap.channel)
    return f"{condition} AND c.channel = %(channel_{index})s"


def _variant(run: Run, index: int, plan: ChannelPlan) -> str:
    """Shares by weight on a hash of its own, so that variants do not follow the arms."""
    total = sum(variant.weight for variant in plan.variants)
    place = bucket_sql("r.customer_id", f"{run.subject}:{run.step}:{plan.channel}:variant").replace("%", "%%")
    upper, cases = 0, []
    for number, variant in enumerate(plan.variants):
        upper += variant.weight
        cases.append(f"WHEN {place} * {total} < {upper * BUCKETS} THEN %(variant_{index}_{number})s")
    return f"CASE {' '.join(cases)} END"


def _case(column: str, values: Iterator[str] | Any, *, start: int = 0) -> str:
    return f"CASE {column} {' '.join(f'WHEN {i} THEN {v}' for i, v in enumerate(values, start))} END"
