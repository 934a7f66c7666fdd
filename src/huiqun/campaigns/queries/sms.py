"""SMS while it is written: its length, its segments, what it costs, and whether its account takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from huiqun.audiences import queries as audiences
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.accounts import account_for
from huiqun.campaigns.queries.blocks import with_blocks
from huiqun.campaigns.queries.values import preview_values
from huiqun.delivery.queries.sms import TOKEN, SmsReading, any_account_demands, read_sms, registration_of
from huiqun.delivery.rules.sms_templates import Registration
from huiqun.foundation.models import Branch
from huiqun.lib.channels import Channel
from huiqun.lib.refusal import Refusal
from huiqun.lib.template import render

USUAL_NAME, LONGEST_NAME = "王小明", "一" * 12
USUAL_SALUTATION, LONGEST_SALUTATION = "王女士", "一" * 8


@dataclass(frozen=True, kw_only=True)
class SmsMeter:
    """A text for most people and for whoever has the longest name and branch. Costs in fen; ``people`` is as
    near as the audience is known without waiting, None when nothing can be said."""

    usual: SmsReading
    longest: SmsReading
    registration: Registration
    text: str
    people: int | None
    is_exact: bool

    @property
    def problem(self) -> str:
        """A msgid, or "": of the longest, which is the first to break a template's lengths."""
        return self.usual.problem or self.longest.problem

    @property
    def cost_from(self) -> float | None:
        return None if self.people is None else self.people * self.usual.cost

    @property
    def cost_to(self) -> float | None:
        return None if self.people is None else self.people * self.longest.cost


def sms_meter(campaign: Campaign, body: str, *, on: date, counts: bool = True) -> SmsMeter | None:
    """None while the branch has no SMS account. :raises TemplateInvalid, VariableMissing"""
    account_id = account_for(channel=Channel.SMS, branch_id=campaign.branch_id)
    if account_id is None:
        return None
    registration = registration_of(account_id, on=on)
    whole = with_blocks(campaign, body)
    usual, longest = (render(whole, values) for values in _values(campaign))
    people, is_exact = _people(campaign, on) if counts else (None, False)
    return SmsMeter(
        usual=read_sms(registration, usual),
        longest=read_sms(registration, longest),
        registration=registration,
        text=usual,
        people=people,
        is_exact=is_exact,
    )


def _values(campaign: Campaign) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What is filled in for most, and the longest that may be. A link is as long for everybody."""
    link = f"{settings.HUIQUN_PUBLIC_URL.rstrip('/')}/m/{'x' * TOKEN}/"
    fixed = preview_values(campaign, channel=Channel.SMS, link=link)
    names = Branch.objects.filter(path__startswith=campaign.branch.path).values_list("name", flat=True)
    longest_branch = max(names, key=len, default=campaign.branch.name)
    usual = {"name": USUAL_NAME, "salutation": USUAL_SALUTATION, "branch": campaign.branch.name}
    longest = {"name": LONGEST_NAME, "salutation": LONGEST_SALUTATION, "branch": longest_branch}
    return fixed | usual, fixed | longest


def _people(campaign: Campaign, on: date) -> tuple[int | None, bool]:
    """Those of the audience who are not held back for comparison; the gate will leave out more."""
    if campaign.snapshot_id is not None:
        return audiences.snapshot(campaign.snapshot_id).treatment, True
    if campaign.audience_version_id is None:
        return None, False
    try:
        found = audiences.counting(
            rule=audiences.version(campaign.audience_version_id).rule,
            branch_ids=audiences.branches_below(campaign.branch_id),
            today=on,
        )
    except Refusal:
        return None, False  # the audience's own page says what is wrong with it
    if found.n is None:
        return None, False
    return round(found.n * (10_000 - campaign.control_share) / 10_000), found.exact


def sms_missing(campaign: Campaign, *, on: date) -> list[str]:
    """What the SMS account demands and the copy does not have, each as a msgid, once."""
    if Channel.SMS not in campaign.channels or not any_account_demands():
        return []
    missing = []
    for variant in campaign.variants.filter(channel=Channel.SMS):
        try:
            meter = sms_meter(campaign, variant.body, on=on, counts=False)
        except Refusal as refusal:
            missing.append(refusal.sentence % refusal.values)
            continue
        if meter is not None and meter.registration.demands and meter.problem:
            missing.append(meter.problem)
    return list(dict.fromkeys(missing))


@dataclass(frozen=True, kw_only=True)
class VariantCost:
    """One SMS of the plan, for its share of the people. Costs in fen."""

    key: str
    weight: int
    meter: SmsMeter

    @property
    def people(self) -> int | None:
        return None if self.meter.people is None else round(self.meter.people * self.weight / 100)

    @property
    def cost_to(self) -> float | None:
        return None if self.people is None else self.people * self.meter.longest.cost


@dataclass(frozen=True, kw_only=True)
class SmsCosts:
    variants: tuple[VariantCost, ...]

    @property
    def total(self) -> float | None:
        """At most: for the longest names, and nobody left out by the gate."""
        costs = [variant.cost_to for variant in self.variants]
        return sum(cost or 0 for cost in costs) if costs and None not in costs else None

    @property
    def has_price(self) -> bool:
        return any(variant.meter.registration.price for variant in self.variants)


def costs_of(campaign: Campaign, *, on: date) -> SmsCosts:
    """Of all SMS variants that can be read; what is wrong with the others, their own page says."""
    found = []
    for variant in campaign.variants.filter(channel=Channel.SMS):
        try:
            meter = sms_meter(campaign, variant.body, on=on)
        except Refusal:
            continue
        if meter is not None:
            found.append(VariantCost(key=variant.key, weight=variant.weight, meter=meter))
    return SmsCosts(variants=tuple(found))
