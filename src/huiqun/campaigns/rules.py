"""When a plan may be edited, submitted and started; decided from plain values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

COPY_VARIABLES = ("name", "salutation", "branch", "bank", "product", "link", "optout")
"""What copy may say of a customer and of the bank."""

MOST_VARIANTS = 4


class NotEditable(Refusal):
    code = "campaigns.not_editable"
    sentence = _("A campaign that has started can no longer be changed. Cancel it, or plan a new one.")


class ChangedMeanwhile(Refusal):
    code = "campaigns.changed_meanwhile"
    sentence = _("Somebody else has changed this campaign. Load the page again and repeat your change.")


class PlanIncomplete(Refusal):
    code = "campaigns.plan_incomplete"
    sentence = _("The plan is not complete: %(missing)s. Fill it in and submit again.")


class NotLawful(Refusal):
    code = "campaigns.not_lawful"
    sentence = _("%(count)s findings block this campaign. Mend the marked words and submit again.")


class AlreadySubmitted(Refusal):
    code = "campaigns.already_submitted"
    sentence = _("This campaign is already with the reviewers. Wait for their decision or withdraw it.")


class NotSubmitted(Refusal):
    code = "campaigns.not_submitted"
    sentence = _("This campaign is not with the reviewers, so there is nothing to take back.")


class TooManyVariants(Refusal):
    code = "campaigns.too_many_variants"
    sentence = _("A channel takes at most %(most)s variants. Delete one first.")


class PeriodImpossible(Refusal):
    code = "campaigns.period_impossible"
    sentence = _("The campaign must end after it starts, and its end must lie ahead. Correct the dates.")


class NotApproved(Refusal):
    code = "campaigns.not_approved"
    sentence = _("Only an approved campaign can start. See the review for what is open.")


class NoAccount(Refusal):
    code = "campaigns.no_account"
    sentence = _("There is no enabled account for %(channel)s. Ask an administrator to set one up.")


class NotUnderWay(Refusal):
    code = "campaigns.not_under_way"
    sentence = _("The campaign is not under way, so this cannot be done. Load the page again.")


class PageClosed(Refusal):
    code = "campaigns.page_closed"
    sentence = _("This activity has ended or been stopped. Thank you for your interest.")
    status = 410


class NotInvited(Refusal):
    code = "campaigns.not_invited"
    sentence = _("This offer is for customers whom we have invited. See what else there is for you.")
    status = 403


@dataclass(frozen=True)
class VariantFacts:
    key: str
    channel: str
    weight: int
    title: str
    body: str


@dataclass(frozen=True)
class PlanState:
    """What completeness is judged from."""

    name: str
    goal: str
    start_at: datetime | None
    end_at: datetime | None
    has_audience: bool
    channels: Sequence[str]
    variants: Sequence[VariantFacts]
    page_title: str
    page_body: str
    accounts: Collection[str]


def check_period(start_at: datetime | None, end_at: datetime | None, *, now: datetime) -> None:
    """:raises PeriodImpossible"""
    if start_at and end_at and not (start_at < end_at and end_at > now):
        raise PeriodImpossible()


def missing_parts(plan: PlanState) -> list[str]:
    """What is missing, each as a msgid, in the order of the form."""
    wanted = [
        (bool(plan.name), _("a name")),
        (bool(plan.goal), _("a goal")),
        (bool(plan.start_at and plan.end_at), _("a period")),
        (plan.has_audience, _("an audience")),
        (bool(plan.channels), _("a channel")),
        (bool(plan.page_title and plan.page_body), _("the page that links lead to")),
        (all(any(v.channel == c for v in plan.variants) for c in plan.channels), _("copy for each channel")),
        (all(c in plan.accounts for c in plan.channels), _("an enabled account for each channel")),
        (
            all(_weights(plan, c) in (0, 100) for c in plan.channels),
            _("shares that add up to a hundred per channel"),
        ),
        (all(v.title or v.channel != "email" for v in plan.variants), _("a subject for each mail")),
    ]
    return [words for done, words in wanted if not done]


def _weights(plan: PlanState, channel: str) -> int:
    return sum(variant.weight for variant in plan.variants if variant.channel == channel)
