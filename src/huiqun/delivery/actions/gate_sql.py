"""The gate as SQL over the published views of customers and delivery's own counts.

The members lie in ``delivery_staged``. Per person and planned channel the first gate that closes is found
(PASSED when none does). A person is closed out when every channel is; the reason is the gate at which the last
channel closed. Who passed gets the most preferred open channel and a variant by hash, in both arms.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from huiqun.compliance.rules.suitability import suitability_sql
from huiqun.customers import queries as customers
from huiqun.delivery.actions.gate_counts import counts_join
from huiqun.delivery.actions.gate_terms import GateTerms
from huiqun.delivery.rules.orders import ChannelPlan
from huiqun.delivery.rules.states import PASSED, RANK, Reason, State
from huiqun.lib.allocation import BUCKETS, bucket_sql

ADULT_YEARS = 18

JUDGED = """
judged AS (
    SELECT m.customer_id, m.control, m.bucket, {branch} AS branch_id, {held_until} AS held_until, {gates}
    FROM delivery_staged m
    {joins}
),
verdict AS (
    SELECT *, {last} AS gate, {preference} AS preference FROM judged
)
"""

INSERT = f"""
WITH {{judged}}
INSERT INTO delivery_recipient
    (run_id, customer_id, branch_id, arm, bucket, channel, variant_key, reason, state, not_before)
SELECT %(run)s, v.customer_id, v.branch_id, CASE WHEN v.control THEN 'control' ELSE 'treatment' END, v.bucket,
       {{channel}}, {{variant}},
       CASE WHEN v.gate < {PASSED} THEN {{reason}} WHEN v.control THEN '{Reason.CONTROL}' ELSE '' END,
       CASE WHEN v.gate < {PASSED} OR v.control THEN '{State.DROPPED}'
            WHEN v.held_until IS NOT NULL THEN '{State.HELD}' ELSE '{State.QUEUED}' END,
       CASE WHEN v.gate = {PASSED} AND NOT v.control THEN v.held_until END
FROM verdict v
"""

TALLY = f"""
WITH {{judged}}
SELECT CASE WHEN v.gate < {PASSED} THEN {{reason}} WHEN v.control THEN '{Reason.CONTROL}' ELSE '' END AS reason,
       {{channel}} AS channel, {{variant}} AS variant_key, count(*)
FROM verdict v GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Gate:
    """Two statements over one judgement: ``insert`` makes recipients, ``tally`` counts what would become of them."""

    insert: str
    tally: str
    values: dict[str, Any]

    @classmethod
    def of(cls, terms: GateTerms) -> "Gate":
        values: dict[str, Any] = {"run": terms.run_id}
        parts = _Parts(terms, values)
        places = {
            "judged": parts.judged(),
            "reason": _case("v.gate", (f"'{reason}'" for reason in RANK), start=1),
            "channel": f"coalesce({parts.by_preference(parts.channels())}, '')",
            "variant": f"coalesce({parts.by_preference(parts.variants())}, '')",
        }
        return cls(INSERT.format(**places), TALLY.format(**places), values)


@dataclass
class _Parts:
    terms: GateTerms
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, name: str, value: Any) -> str:
        self.values[name] = value
        return f"%({name})s"

    def judged(self) -> str:
        places = range(len(self.terms.plans))
        frequency = counts_join(self.terms, self.values)
        gates = [
            f"{self._judgement(place, frequency.quota[place], frequency.often[place], frequency.outranked)} AS gate_{place}"
            for place in places
        ]
        joins = [
            "LEFT JOIN customers_facts c ON c.customer_id = m.customer_id",
            *(self._joins(place) for place in places),
            *self._zone_joins(),
            *self._refusals(),
            frequency.join,
            *self._rivals(),
        ]
        return JUDGED.format(
            branch="c.branch_id",
            held_until=self._held_until(),
            gates=", ".join(gates),
            joins="\n    ".join(filter(None, joins)),
            last=f"greatest({', '.join(f'gate_{place}' for place in places)})",
            preference="CASE " + " ".join(f"WHEN gate_{p} = {PASSED} THEN {p}" for p in places) + " END",
        )

    def _joins(self, place: int) -> str:
        channel = self.value(f"channel_{place}", self.terms.plans[place].channel)
        now = self.value("now", self.terms.now)
        return (
            f"LEFT JOIN customers_answers said_{place} ON said_{place}.customer_id = m.customer_id"
            f" AND said_{place}.channel = {channel}"
            f" AND said_{place}.purpose = {self.value('purpose', self.terms.purpose)}"
            f" LEFT JOIN (SELECT DISTINCT customer_id FROM delivery_suppression"
            f"   WHERE channel IN ('', {channel}) AND (until_at IS NULL OR until_at > {now})) off_{place}"
            f" ON off_{place}.customer_id = m.customer_id"
        )

    def _zone_joins(self) -> list[str]:
        """Only where some customer lives by another clock; then a few rows beside a small view."""
        if len(self.terms.clocks) == 1:
            return []
        return [
            "LEFT JOIN customers_elsewhere away ON away.customer_id = m.customer_id",
            f"LEFT JOIN ({self.terms.clock_rows(self.values)}) here ON here.time_zone = away.time_zone",
        ]

    def _by_zone(self, column: str, usual: str) -> str:
        if len(self.terms.clocks) == 1:
            return usual
        return f"CASE WHEN here.time_zone IS NULL THEN {usual} ELSE here.{column} END"

    def _held_until(self) -> str:
        usual = self.value("held_until", self.terms.clocks[0].held_until)
        return self._by_zone("held_until", f"{usual}::timestamptz")

    def _refusals(self) -> list[str]:
        """Unique by person and topic, so a plain join; the index begins with the topic."""
        if not self.terms.topic_is_refused:
            return []
        topic = self.value("refused_topic", self.terms.topic)
        return [
            "LEFT JOIN delivery_topicrefusal refusal ON refusal.customer_id = m.customer_id"
            f" AND refusal.topic = {topic}"
        ]

    def _rivals(self) -> list[str]:
        if not self.terms.rivals_waiting:
            return []
        rivals = self.value("rivals", self.terms.rivals_waiting)
        tomorrow = self.value("tomorrow", self.terms.tomorrow)
        return [
            "LEFT JOIN (SELECT DISTINCT w.customer_id FROM delivery_recipient w"
            f" WHERE w.run_id = ANY({rivals}::bigint[]) AND w.state IN ('held', 'queued')"
            f" AND (w.not_before IS NULL OR w.not_before < {tomorrow})) rival ON rival.customer_id = m.customer_id"
        ]

    def _judgement(self, place: int, quota: str, often: str, outranked: str) -> str:
        terms, channel = self.terms, self.terms.plans[place].channel
        today = f"{self._by_zone('today', self.value('today', terms.clocks[0].today))}::date"
        closed: dict[Reason, str] = {
            Reason.UNKNOWN_CUSTOMER: "c.customer_id IS NULL OR c.merged",
            Reason.NO_CONTACT_POINT: f"NOT {customers.contact_sql('c', channel)}",
            Reason.SUPPRESSED: f"off_{place}.customer_id IS NOT NULL",
            Reason.NO_CONSENT: f"said_{place}.state IS DISTINCT FROM 'given'",
            Reason.CONSENT_OUTDATED: (
                f"NOT said_{place}.text_version = ANY (ARRAY(SELECT version FROM customers_accepted_texts"
                f" WHERE channel = %(channel_{place})s AND purpose = %(purpose)s))"
            ),
            Reason.TOPIC_REFUSED: "refusal.customer_id IS NOT NULL" if terms.topic_is_refused else "",
            Reason.MINOR: f"c.birth_date > {today} - INTERVAL '{ADULT_YEARS} years'",
            Reason.PROTECTED: "c.is_protected" if terms.is_marketing else "",
            Reason.OVERDUE_BORROWER: "c.overdue" if terms.is_lending else "",
            Reason.OVER_QUOTA: quota,
            Reason.OVER_FREQUENCY: often,
            Reason.LOWER_PRIORITY: " OR ".join(
                filter(None, [outranked, "rival.customer_id IS NOT NULL" if terms.rivals_waiting else ""])
            ),
            Reason.QUIET_HOURS: self._dropped(Reason.QUIET_HOURS),
            Reason.HOLIDAY: self._dropped(Reason.HOLIDAY),
            Reason.DEADLINE_PASSED: "TRUE" if terms.is_late else "",
        }
        if terms.product_risk is not None:
            unfit = suitability_sql(
                customer_level="c.risk_level",
                product_level=self.value("risk", terms.product_risk),
                assessed_on="c.risk_assessed_date",
                today=today,
            )
            closed[Reason.UNSUITABLE] = f"({unfit}) = 'unsuitable'"
            closed[Reason.ASSESSMENT_EXPIRED] = f"({unfit}) = 'assessment_expired'"
        cases = (f"WHEN {closed[reason]} THEN {rank}" for reason, rank in RANK.items() if closed.get(reason))
        return f"CASE {' '.join(cases)} ELSE {PASSED} END"

    def _dropped(self, reason: Reason) -> str:
        """Whether what falls into this time is dropped, by the clock of each zone."""
        if not any(clock.drops == reason for clock in self.terms.clocks):
            return ""
        usual = "TRUE" if self.terms.clocks[0].drops == reason else "FALSE"
        if len(self.terms.clocks) == 1:
            return usual
        return f"CASE WHEN here.time_zone IS NULL THEN {usual} ELSE here.drops = '{reason}' END"

    def by_preference(self, values: Iterable[str]) -> str:
        return _case("v.preference", values)

    def channels(self) -> list[str]:
        return [f"%(channel_{place})s" for place in range(len(self.terms.plans))]

    def variants(self) -> list[str]:
        return [self._variant(place, plan) for place, plan in enumerate(self.terms.plans)]

    def _variant(self, place: int, plan: ChannelPlan) -> str:
        """Shares by weight on a hash of its own, so that variants do not follow the arms."""
        total = sum(variant.weight for variant in plan.variants)
        salt = f"{self.terms.subject}:{self.terms.step}:{plan.channel}:variant"
        spot = bucket_sql("v.customer_id", salt).replace("%", "%%")
        upper, cases = 0, []
        for number, variant in enumerate(plan.variants):
            upper += variant.weight
            key = self.value(f"variant_{place}_{number}", variant.key)
            cases.append(f"WHEN {spot} * {total} < {upper * BUCKETS} THEN {key}")
        return f"CASE {' '.join(cases)} END" if len(cases) > 1 else f"%(variant_{place}_0)s::text"


def _case(column: str, values: Iterable[str], *, start: int = 0) -> str:
    return f"CASE {column} {' '.join(f'WHEN {i} THEN {v}' for i, v in enumerate(values, start))} END"
