"""A plan as delivery would be told it, and what its reach costs and how long it takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiqun.audiences import queries as audiences
from huiqun.campaigns.caps import caps_for_dossier, caps_of
from huiqun.campaigns.models import Campaign, Estimate
from huiqun.campaigns.queries.accounts import account_for
from huiqun.campaigns.queries.sms import costs_of
from huiqun.campaigns.rules import NoAccount
from huiqun.campaigns.size import NothingToEstimate
from huiqun.delivery import queries as delivery
from huiqun.delivery.actions import ChannelPlan, RunOrder, VariantPlan
from huiqun.delivery.rules.estimates import Estimated
from huiqun.delivery.rules.quotas import days_needed
from huiqun.lib.days import local_date
from huiqun.products import queries as products

DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class ChannelEstimate:
    """``cost_fen`` is None where the account names no price; ``days`` are those on which it sends, by its rate
    outside quiet hours and by its daily quota; ``fits`` says whether that is before the deadline."""

    channel: str
    account: str
    messages: int
    cost_fen: float | None
    seconds: int
    days: int
    fits: bool
    day_quota: int | None
    person_month: int | None


@dataclass(frozen=True, kw_only=True)
class PlanEstimate:
    audience: int
    reached: int
    reasons: list[tuple[str, int]]
    channels: list[ChannelEstimate]


def planned_order(campaign: Campaign, *, now: datetime) -> RunOrder:
    """The plan as it stands, for the people its audience would choose today. Nothing of it is approved.

    :raises NothingToEstimate, NoAccount, and what audiences refuse
    """
    if campaign.audience_version_id is None or not campaign.channels:
        raise NothingToEstimate()
    product = products.product(campaign.product_code) if campaign.product_code else None
    members = audiences.chosen_batches(
        audience_version_id=campaign.audience_version_id,
        key=campaign.subject,
        branch_id=campaign.branch_id,
        control_share=campaign.control_share,
        today=local_date(now),
    )
    return RunOrder(
        subject=campaign.subject,
        branch_id=campaign.branch_id,
        digest="",
        members=members,
        channels=tuple(_plan(campaign, channel) for channel in campaign.channels),
        product_kind=product.kind if product else None,
        product_risk=product.risk if product else None,
        topic=product.kind if product else "",
        priority=campaign.priority,
        caps=caps_of(caps_for_dossier(campaign)),
    )


def _plan(campaign: Campaign, channel: str) -> ChannelPlan:
    """A channel without copy yet is counted with one nameless variant."""
    account = account_for(channel=channel, branch_id=campaign.branch_id)
    if account is None:
        raise NoAccount(channel=channel)
    variants = tuple(
        VariantPlan(key=key, weight=weight)
        for key, weight in campaign.variants.filter(channel=channel).values_list("key", "weight")
    )
    return ChannelPlan(channel=channel, account_id=account, variants=variants or (VariantPlan(key="-"),))


def estimate_plan(campaign: Campaign, order: RunOrder, found: Estimated, *, now: datetime) -> PlanEstimate:
    ranked = [reason.value for reason in delivery.REASON_WORDS if reason.value in found.reasons]
    return PlanEstimate(
        audience=found.audience,
        reached=found.reached,
        reasons=[(reason, found.reasons[reason]) for reason in ranked],
        channels=[_channel(campaign, plan, found, now) for plan in order.channels],
    )


def _channel(campaign: Campaign, plan: ChannelPlan, found: Estimated, now: datetime) -> ChannelEstimate:
    terms = delivery.account_terms(plan.account_id)
    messages = found.by_channel().get(plan.channel, 0)
    seconds = -(-messages // max(1, terms.per_second))
    by_rate = -(-seconds // _open_seconds(campaign)) if messages else 0
    days = max(by_rate, days_needed(messages, per_day=terms.quota.day))
    return ChannelEstimate(
        channel=plan.channel,
        account=terms.name,
        messages=messages,
        cost_fen=_cost(campaign, plan.channel, found, now),
        seconds=seconds,
        days=days,
        fits=days <= campaign.deadline_days,
        day_quota=terms.quota.day,
        person_month=terms.quota.person_month,
    )


def _open_seconds(campaign: Campaign) -> int:
    """How long a day is sending allowed."""
    start, end = (
        timedelta(hours=at.hour, minutes=at.minute) for at in (campaign.quiet_from, campaign.quiet_until)
    )
    return DAY - int((end - start).total_seconds()) % DAY or DAY


def _cost(campaign: Campaign, channel: str, found: Estimated, now: datetime) -> float | None:
    """At most: each text as long as it is for the longest name."""
    if channel != "sms":
        return None
    costs = costs_of(campaign, on=local_date(now))
    if not costs.has_price:
        return None
    each = {variant.key: variant.meter.longest.cost for variant in costs.variants}
    return sum(n * each.get(key, 0) for (of, key), n in found.messages.items() if of == channel)


@dataclass(frozen=True)
class EstimateShown:
    """``is_old``: the plan has been edited since."""

    row: Estimate
    plan: PlanEstimate | None
    is_old: bool

    @property
    def is_pending(self) -> bool:
        return self.row.made_at is None

    @property
    def funnel(self) -> list[tuple[str, int, int]]:
        """Reason in words, how many it takes, how many are left after it."""
        if self.plan is None:
            return []
        left, steps = self.plan.audience, []
        words = {reason.value: text for reason, text in delivery.REASON_WORDS.items()}
        for reason, count in self.plan.reasons:
            left -= count
            steps.append((words[reason], count, left))
        return steps


def estimate_of(campaign: Campaign) -> EstimateShown | None:
    row = Estimate.objects.filter(campaign=campaign).first()
    if row is None:
        return None
    plan = _read(row.body) if row.body else None
    return EstimateShown(row, plan, row.edition != campaign.edition)


def _read(body: dict[str, object]) -> PlanEstimate:
    values = dict(body)
    values["channels"] = [ChannelEstimate(**each) for each in body["channels"]]  # type: ignore[attr-defined]
    return PlanEstimate(**values)  # type: ignore[arg-type]
