"""The tables of benefits."""

from huiqun.benefits.models.adjustments import PointsAdjustment
from huiqun.benefits.models.appeals import AppealState, ClaimAppeal
from huiqun.benefits.models.claims import STATE_COLOURS, STATE_LABELS, Claim, ClaimQuerySet
from huiqun.benefits.models.draws import (
    DRAW_LABELS,
    OUTCOME_COLOURS,
    OUTCOME_LABELS,
    Draw,
    Prize,
    Ticket,
)
from huiqun.benefits.models.earning import EarningDay, EarningRule
from huiqun.benefits.models.games import GAME_LABELS, Answer, Game, Question
from huiqun.benefits.models.offers import CODES_LABELS, KIND_LABELS, WAY_LABELS, Benefit, BenefitQuerySet
from huiqun.benefits.models.pictures import BenefitPicture
from huiqun.benefits.models.pledges import Pledge, PledgeDay, PledgeTransfer
from huiqun.benefits.models.points import PointsCheck, PointsDay, PointsLine, PointsLot, PointsMovement
from huiqun.benefits.models.quests import (
    DEED_LABELS,
    STEP_LABELS,
    CheckIn,
    Exchange,
    Quest,
    QuestPart,
    QuestPrice,
    QuestStep,
    StepDone,
)
from huiqun.benefits.models.quotas import SCOPE_LABELS, Quota, Turn
from huiqun.benefits.models.referral import (
    REFERRAL_COLOURS,
    REFERRAL_LABELS,
    Invitation,
    Referral,
    ReferralCount,
    ReferralLink,
    ReferralProgramme,
)
from huiqun.benefits.models.settlements import Dispute, Redemption, Settlement, SettlementLine
from huiqun.benefits.models.stock import CodeImport, CodeState, PoolCode, RefusedCode
from huiqun.benefits.models.tiers import NearTier

__all__ = [
    "CODES_LABELS",
    "DEED_LABELS",
    "DRAW_LABELS",
    "GAME_LABELS",
    "KIND_LABELS",
    "OUTCOME_COLOURS",
    "OUTCOME_LABELS",
    "REFERRAL_COLOURS",
    "REFERRAL_LABELS",
    "SCOPE_LABELS",
    "STATE_COLOURS",
    "STATE_LABELS",
    "STEP_LABELS",
    "WAY_LABELS",
    "Answer",
    "AppealState",
    "Benefit",
    "BenefitPicture",
    "BenefitQuerySet",
    "CheckIn",
    "Claim",
    "ClaimAppeal",
    "ClaimQuerySet",
    "CodeImport",
    "CodeState",
    "Dispute",
    "Draw",
    "EarningDay",
    "EarningRule",
    "Exchange",
    "Game",
    "Invitation",
    "NearTier",
    "Pledge",
    "PledgeDay",
    "PledgeTransfer",
    "PointsAdjustment",
    "PointsCheck",
    "PointsDay",
    "PointsLine",
    "PointsLot",
    "PointsMovement",
    "PoolCode",
    "Prize",
    "Quest",
    "QuestPart",
    "QuestPrice",
    "QuestStep",
    "Question",
    "Quota",
    "Redemption",
    "Referral",
    "ReferralCount",
    "ReferralLink",
    "ReferralProgramme",
    "RefusedCode",
    "Settlement",
    "SettlementLine",
    "StepDone",
    "Ticket",
    "Turn",
]
