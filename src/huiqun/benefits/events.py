"""What is told of benefits. Offers belong to a subject, such as ``campaign:12``."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class BenefitCreated(Event):
    about = "benefit_id"
    words = _("Benefit created")
    benefit_id: int
    offered_by: str
    quantity: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitUpdated(Event):
    about = "benefit_id"
    words = _("Benefit changed")
    benefit_id: int
    changed: tuple[str, ...]
    quantity: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitRemoved(Event):
    about = "benefit_id"
    words = _("Benefit removed")
    benefit_id: int
    offered_by: str


@dataclass(frozen=True, kw_only=True)
class BenefitFrozen(Event):
    about = "benefit_id"
    words = _("Benefit frozen for review")
    benefit_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitThawed(Event):
    about = "benefit_id"
    words = _("Benefit opened for editing again")
    benefit_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class BenefitClaimed(Event):
    """``left`` pieces remained after this claim; ``because`` is "" for the first that was tapped for."""

    about = "benefit_id"
    words = _("Benefit claimed")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    left: int
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class PointsGiven(Event):
    """``source`` is what for, such as ``claim:12``."""

    about = "movement_id"
    words = _("Points given")
    movement_id: int
    customer_id: int
    points: int
    source: str
    expires_on: str


@dataclass(frozen=True, kw_only=True)
class PointsSpent(Event):
    about = "movement_id"
    words = _("Points spent")
    movement_id: int
    customer_id: int
    points: int
    source: str
    account: str


@dataclass(frozen=True, kw_only=True)
class PointsRefunded(Event):
    """``of`` is the source of the spending that was given back."""

    about = "movement_id"
    words = _("Points given back")
    movement_id: int
    customer_id: int
    points: int
    source: str
    of: str


@dataclass(frozen=True, kw_only=True)
class PointsEarned(Event):
    """What a rule gave for one day, by what the lake said then; late transactions make another such fact."""

    about = "rule_id"
    words = _("Points earned by a rule")
    rule_id: int
    day: str
    customers: int
    points: int
    lake_version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class PointsExpired(Event):
    """All that was left of points whose last day lies before ``today``."""

    words = _("Points expired")
    today: str
    lots: int
    points: int


@dataclass(frozen=True, kw_only=True)
class PointsForfeited(Event):
    """What a customer had left when the data was erased."""

    about = "customer_id"
    words = _("Points forfeited with the erased data")
    customer_id: int
    points: int


@dataclass(frozen=True, kw_only=True)
class PointsAdjustmentAsked(Event):
    about = "adjustment_id"
    words = _("Adjustment of points asked for")
    adjustment_id: int
    customer_id: int
    points: int


@dataclass(frozen=True, kw_only=True)
class PointsAdjusted(Event):
    about = "adjustment_id"
    words = _("Points adjusted")
    adjustment_id: int
    customer_id: int
    points: int
    movement_id: int


@dataclass(frozen=True, kw_only=True)
class PointsAdjustmentDeclined(Event):
    about = "adjustment_id"
    words = _("Adjustment of points declined")
    adjustment_id: int
    customer_id: int
    points: int


@dataclass(frozen=True, kw_only=True)
class PointsLedgerChecked(Event):
    """``problems`` counts what did not add up: none, every night."""

    words = _("Points ledger checked")
    movements: int
    lots: int
    owed: int
    problems: int


@dataclass(frozen=True, kw_only=True)
class EarningRuleWritten(Event):
    about = "rule_id"
    words = _("Rule for earning points written")
    rule_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class EarningRuleSubmitted(Event):
    about = "rule_id"
    words = _("Rule for earning points submitted")
    rule_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class EarningRuleSentBack(Event):
    about = "rule_id"
    words = _("Rule for earning points sent back")
    rule_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class EarningRuleApproved(Event):
    about = "rule_id"
    words = _("Rule for earning points put in force")
    rule_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class EarningRuleEnded(Event):
    """``last_day`` still earns."""

    about = "rule_id"
    words = _("Rule for earning points ended")
    rule_id: int
    last_day: str


@dataclass(frozen=True, kw_only=True)
class PledgeWritten(Event):
    about = "pledge_id"
    words = _("Pledge written")
    pledge_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class PledgeSubmitted(Event):
    about = "pledge_id"
    words = _("Pledge submitted")
    pledge_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class PledgeSentBack(Event):
    about = "pledge_id"
    words = _("Pledge sent back")
    pledge_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PledgeOpened(Event):
    about = "pledge_id"
    words = _("Pledge made in public")
    pledge_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class PledgeCounted(Event):
    """``counted`` in all so far, and what is due for it."""

    about = "pledge_id"
    words = _("Pledge counted")
    pledge_id: int
    counted: int
    due_fen: int


@dataclass(frozen=True, kw_only=True)
class PledgePaid(Event):
    about = "pledge_id"
    words = _("Payment of a pledge recorded")
    pledge_id: int
    transfer_id: int
    amount_fen: int
    paid_on: str
    file_digest: str


@dataclass(frozen=True, kw_only=True)
class PledgeSettled(Event):
    about = "pledge_id"
    words = _("Pledge paid in full")
    pledge_id: int
    counted: int
    paid_fen: int


@dataclass(frozen=True, kw_only=True)
class BenefitGranted(Event):
    """A piece is set aside for whoever has earned or won it; ``because`` names what."""

    about = "benefit_id"
    words = _("Benefit granted")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    because: str
    left: int


@dataclass(frozen=True, kw_only=True)
class ClaimHeld(Event):
    """A piece is set aside, and a person decides whether it is given."""

    about = "benefit_id"
    words = _("Claim held for a person to decide")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class HeldClaimDropped(Event):
    about = "benefit_id"
    words = _("Held claim refused")
    benefit_id: int
    claim_id: int
    customer_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ReferralProgrammePlanned(Event):
    about = "programme_id"
    words = _("Referral programme planned")
    programme_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ReferralProgrammeOpened(Event):
    about = "programme_id"
    words = _("Referral programme opened")
    programme_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralProgrammeEnded(Event):
    about = "programme_id"
    words = _("Referral programme ended")
    programme_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralSettled(Event):
    """``state`` is rewarded, held, stuck or refused; ``why`` a code of the rules, "" when rewarded."""

    about = "referral_id"
    words = _("Referral settled")
    referral_id: int
    programme_id: int
    referee_id: int
    referrer_id: int
    state: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ReferralReversed(Event):
    """``taken_back`` of the two rewards went back; what had been used by then did not."""

    about = "referral_id"
    words = _("Referral reversed")
    referral_id: int
    programme_id: int
    taken_back: int
