"""One campaign at a glance: where it stands in the loop and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from huiqun.audiences import queries as audiences
from huiqun.audiences.queries import AudienceFacts
from huiqun.benefits import queries as benefits
from huiqun.campaigns.events import CustomerJoined, InterestExpressed
from huiqun.campaigns.models import Campaign, TeamMember, Variant
from huiqun.campaigns.queries.dossiers import plan_state
from huiqun.campaigns.queries.findings import Judged, judge
from huiqun.campaigns.queries.sms import sms_missing
from huiqun.campaigns.rules import missing_parts
from huiqun.campaigns.words import Metric, State
from huiqun.compliance import queries as compliance
from huiqun.delivery import queries as delivery
from huiqun.foundation import facts
from huiqun.foundation.models import Fact, Staff
from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop as _
from huiqun.products import queries as products

STEPS = (_("Plan"), _("Check"), _("Approve"), _("Reach"), _("Engage"), _("Measure"))
STEP_OF = {
    State.PLANNING: 0,
    State.IN_REVIEW: 2,
    State.APPROVED: 3,
    State.RUNNING: 4,
    State.PAUSED: 3,
    State.FINISHED: 6,
    State.CANCELLED: 6,
}
RECENT = 12
OF_CUSTOMERS = (CustomerJoined.kind(), InterestExpressed.kind())
"""Facts by the thousand that the result page counts; the log is about what staff did."""


@dataclass(frozen=True)
class Step:
    """``standing`` is done, now or todo; ``label`` a msgid."""

    label: str
    standing: str


@dataclass(frozen=True)
class Overview:
    steps: tuple[Step, ...]
    missing: list[str]
    judged: list[Judged]
    approval: compliance.Approval | None
    audience: AudienceFacts | None
    product: products.ProductFacts | None
    offer: benefits.Offer | None
    variants: list[Variant]
    targets: list[tuple[str, float]]
    team: list[TeamMember]
    control_percent: float
    progress: delivery.RunProgress | None
    facts: list[Fact]

    @property
    def blocking(self) -> int:
        return sum(part.blocks for part in self.judged)

    @property
    def findings(self) -> int:
        return sum(len(part.findings) for part in self.judged)


def overview(campaign: Campaign, *, staff: Staff, now: datetime) -> Overview:
    """What the campaign's page shows."""
    judged = judge(campaign, on=local_date(now)) if campaign.is_editable else []
    missing = missing_parts(plan_state(campaign)) if campaign.state == State.PLANNING else []
    if campaign.state == State.PLANNING:
        missing += sms_missing(campaign, on=local_date(now))
    targets = dict(campaign.targets.values_list("metric", "target"))
    return Overview(
        steps=steps(campaign.state, checked=not missing and not any(part.blocks for part in judged)),
        missing=missing,
        judged=judged,
        approval=compliance.approval_of(campaign.subject),
        audience=audiences.version(campaign.audience_version_id) if campaign.audience_version_id else None,
        product=products.product(campaign.product_code) if campaign.product_code else None,
        offer=benefits.offer_of(campaign.subject),
        variants=list(campaign.variants.all()),
        targets=[
            (str(label), targets[metric] / 100) for metric, label in Metric.choices if metric in targets
        ],
        team=list(campaign.team.select_related("staff")),
        control_percent=campaign.control_share / 100,
        progress=delivery.run_progress(campaign.run_id, now=now) if campaign.run_id else None,
        facts=list(facts.about("campaign", campaign.pk).exclude(kind__in=OF_CUSTOMERS)[:RECENT]),
    )


def steps(state: str, *, checked: bool) -> tuple[Step, ...]:
    """Done before where the campaign stands, now there, to do after."""
    here = STEP_OF[State(state)]
    if state == State.PLANNING and checked:
        here = 2
    standing = ["done" if n < here else "now" if n == here else "todo" for n in range(len(STEPS))]
    return tuple(Step(label, stands) for label, stands in zip(STEPS, standing, strict=True))
