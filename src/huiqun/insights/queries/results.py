"""A campaign's result: its funnel, its rates against target, its effect against control."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
from django.utils.translation import gettext

from huiqun.campaigns import queries as campaigns
from huiqun.campaigns.queries import CampaignFacts
from huiqun.delivery import queries as delivery
from huiqun.foundation import lake
from huiqun.foundation.models import Branch, Staff
from huiqun.insights.queries.people import people_of
from huiqun.insights.rules.statistics import Comparison, Rate, RatioCheck, check_ratio, compare, rate
from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop as _

STEPS = {
    "audience": _("Audience"),
    "eligible": _("Passed the gate"),
    "treated": _("To be sent"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "clicked": _("Clicked"),
    "joined": _("Joined"),
    "interested": _("Interested"),
    "claimed": _("Claimed"),
    "converted": _("Converted"),
}
"""The funnel's steps in order, as msgids."""

BASES = {"audience": "", "eligible": "audience", "treated": "eligible", "sent": "treated"}
"""Of which step a step is a share; all that follow sending are shares of those sent to."""

KPI_WORDS = {
    "ctr": _("Click rate (CTR)"),
    "cvr": _("Conversion rate (CVR)"),
    "join_rate": _("Participation rate"),
    "retention30": _("30-day retention"),
}

CONDITIONS = {
    "audience": "true",
    "eligible": "comparable",
    "treated": "reason = ''",
    "sent": "reached OR (state = 'failed' AND sent_date IS NOT NULL)",
    "delivered": "delivered",
    "failed": "state = 'failed'",
    "clicked": "clicked",
    "joined": "joined",
    "interested": "interested",
    "claimed": "claimed",
    "converted": "converted AND reached",
    "reached": "reached",
    "control": "comparable AND arm = 'control'",
    "treatment": "comparable AND arm = 'treatment'",
    "control_converted": "comparable AND arm = 'control' AND converted",
    "treatment_converted": "comparable AND arm = 'treatment' AND converted",
    "retained": "joined AND returned",
    "unsubscribed": "unsubscribed",
    "complained": "complained",
}
"""What each number counts, over the table ``people``: the page's numbers and the lists behind them
are counted by the same words."""

COUNTS = ", ".join(f"count(*) FILTER (WHERE {words}) AS {name}" for name, words in CONDITIONS.items())


@dataclass(frozen=True)
class Step:
    """``share`` of the people of ``base``, a step's msgid; None for the first step or of nobody."""

    name: str
    label: str
    count: int
    share: float | None
    base: str


@dataclass(frozen=True)
class Drop:
    reason: str
    label: str
    count: int


@dataclass(frozen=True)
class Kpi:
    """``target`` as a rate; ``verdict`` is above, below or open (the interval holds the target).

    ``known_from`` is the day on which the rate can first be known, None when it can be by now.
    """

    name: str
    rate: Rate
    target: float | None
    known_from: date | None = None

    @property
    def label(self) -> str:
        """A msgid."""
        return KPI_WORDS[self.name]

    @property
    def verdict(self) -> str:
        if self.target is None or self.rate.low is None or self.rate.high is None:
            return "open"
        if self.rate.low >= self.target:
            return "above"
        return "below" if self.rate.high < self.target else "open"


@dataclass(frozen=True)
class Group:
    """One row of a breakdown: a variant, branch, day or channel."""

    key: str
    label: str
    reached: int
    clicked: Rate
    joined: Rate
    converted: Rate


@dataclass(frozen=True)
class CampaignResult:
    campaign: CampaignFacts
    steps: tuple[Step, ...]
    drops: tuple[Drop, ...]
    kpis: tuple[Kpi, ...]
    effect: Comparison
    ratio: RatioCheck
    counts: dict[str, int]
    variants: tuple[Group, ...]
    branches: tuple[Group, ...]
    days: tuple[Group, ...]
    channels: tuple[Group, ...]


def campaign_result(*, campaign_id: int, staff: Staff, today: date) -> CampaignResult:
    """All numbers of the result page, within the person's branches. :raises NotFound

    Rates are of those reached (handed over and not failed): CTR = clicked ÷ reached, CVR = converted ÷
    reached. The effect compares everybody who had no reason but the arm, as allotted, reached or not.
    """
    campaign = campaigns.campaign_facts(campaign_id, staff)
    with people_of(campaign, staff) as connection:
        counts = _counts(connection)
        return CampaignResult(
            campaign=campaign,
            steps=_steps(counts),
            drops=_drops(connection),
            kpis=_kpis(counts, campaign, today),
            effect=compare(
                treated=counts["treatment"],
                treated_hits=counts["treatment_converted"],
                control=counts["control"],
                control_hits=counts["control_converted"],
            ),
            ratio=check_ratio(
                treated=counts["treatment"],
                control=counts["control"],
                planned_control=0 if campaign.is_historical else campaign.control_share / 10_000,
            ),
            counts=counts,
            variants=_groups(connection, "variant_key"),
            branches=_groups(connection, "branch_id", _branch_names()),
            days=_groups(connection, "sent_date"),
            channels=_groups(connection, "channel", _channel_names()),
        )


def attribute_names() -> tuple[str, ...]:
    """What the bank delivered about its customers beyond the profile."""
    with closing(lake.connect(reach=lake.HERE)) as connection:
        return tuple(
            name
            for (name,) in connection.execute("SELECT DISTINCT name FROM attributes ORDER BY 1").fetchall()
        )


def breakdown_by_attribute(*, campaign_id: int, attribute: str, staff: Staff) -> tuple[Group, ...]:
    """Rates by an attribute that the bank delivered, such as occupation; "" gathers those without it."""
    campaign = campaigns.campaign_facts(campaign_id, staff)
    with people_of(campaign, staff) as connection:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE people AS SELECT p.*, coalesce(a.value, '') AS attribute FROM people p"
            " LEFT JOIN (SELECT customer_id, any_value(value) AS value FROM attributes WHERE name = ?"
            "            GROUP BY customer_id) a USING (customer_id)",
            [attribute],
        )
        return _groups(connection, "attribute")


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    row = connection.execute(f"SELECT {COUNTS} FROM people").fetchone()
    assert row is not None
    return dict(zip(CONDITIONS, row, strict=True))


def _steps(counts: dict[str, int]) -> tuple[Step, ...]:
    steps = []
    for name, label in STEPS.items():
        base = BASES.get(name, "sent")
        share = counts[name] / counts[base] if base and counts[base] else None
        steps.append(Step(name, label, counts[name], share, STEPS.get(base, "")))
    return tuple(steps)


def _drops(connection: duckdb.DuckDBPyConnection) -> tuple[Drop, ...]:
    rows = connection.execute(
        "SELECT reason, count(*) FROM people WHERE reason <> '' GROUP BY reason"
    ).fetchall()
    found = dict(rows)
    return tuple(
        Drop(str(reason), words, found[reason])
        for reason, words in delivery.REASON_WORDS.items()
        if reason in found
    )


def _kpis(counts: dict[str, int], campaign: CampaignFacts, today: date) -> tuple[Kpi, ...]:
    targets = campaign.targets
    of_reached = [
        Kpi(name, rate(min(counts[hits], counts["reached"]), counts["reached"]), _target(targets.get(name)))
        for name, hits in {"ctr": "clicked", "cvr": "converted", "join_rate": "joined"}.items()
    ]
    return (*of_reached, _retention(counts, campaign, today))


def _retention(counts: dict[str, int], campaign: CampaignFacts, today: date) -> Kpi:
    """Of those who joined, who used the app again in the last week of the thirty days after the message."""
    target = _target(campaign.targets.get("retention30"))
    due = local_date(campaign.started_at) + timedelta(days=30) if campaign.started_at else None
    if due is None or today < due:
        return Kpi("retention30", rate(0, 0), target, due)
    return Kpi("retention30", rate(counts["retained"], counts["joined"]), target)


def _target(ten_thousandths: int | None) -> float | None:
    return None if ten_thousandths is None else ten_thousandths / 10_000


def _channel_names() -> dict[str, str]:
    return {code: gettext(words) for code, words in delivery.CHANNEL_WORDS.items() if code}


def _branch_names() -> dict[str, str]:
    return {str(pk): name for pk, name in Branch.objects.values_list("pk", "name")}


def _groups(
    connection: duckdb.DuckDBPyConnection, column: str, labels: dict[str, str] | None = None
) -> tuple[Group, ...]:
    rows: Sequence[tuple[Any, ...]] = connection.execute(
        f"SELECT {column}, count(*), count(*) FILTER (WHERE clicked), count(*) FILTER (WHERE joined),"
        f" count(*) FILTER (WHERE converted) FROM people WHERE reached GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return tuple(
        Group(
            key=str(key),
            label=(labels or {}).get(str(key), str(key)),
            reached=base,
            clicked=rate(clicked, base),
            joined=rate(joined, base),
            converted=rate(converted, base),
        )
        for key, base, clicked, joined, converted in rows
    )
