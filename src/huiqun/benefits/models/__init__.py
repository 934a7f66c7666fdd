"""The tables of benefits."""

from huiqun.benefits.models.adjustments import PointsAdjustment
from huiqun.benefits.models.claims import STATE_COLOURS, STATE_LABELS, Claim, ClaimQuerySet
from huiqun.benefits.models.earning import EarningDay, EarningRule
from huiqun.benefits.models.offers import CODES_LABELS, KIND_LABELS, WAY_LABELS, Benefit, BenefitQuerySet
from huiqun.benefits.models.pledges import Pledge, PledgeDay, PledgeTransfer
from huiqun.benefits.models.points import PointsCheck, PointsDay, PointsLine, PointsLot, PointsMovement
from huiqun.benefits.models.quotas import SCOPE_LABELS, Quota, Turn

__all__ = [
    "CODES_LABELS",
    "KIND_LABELS",
    "SCOPE_LABELS",
    "STATE_COLOURS",
    "STATE_LABELS",
    "WAY_LABELS",
    "Benefit",
    "BenefitQuerySet",
    "Claim",
    "ClaimQuerySet",
    "EarningDay",
    "EarningRule",
    "Pledge",
    "PledgeDay",
    "PledgeTransfer",
    "PointsAdjustment",
    "PointsCheck",
    "PointsDay",
    "PointsLine",
    "PointsLot",
    "PointsMovement",
    "Quota",
    "Turn",
]
