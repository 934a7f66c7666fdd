"""The tables of risk."""

from huiqun.risk.models.cases import CASE_COLOURS, CASE_LABELS, CASE_STATES, Case
from huiqun.risk.models.freezes import FROZEN_LABELS, Freeze, FrozenKey
from huiqun.risk.models.judgements import OUTCOME_COLOURS, OUTCOME_LABELS, Judgement
from huiqun.risk.models.rings import RING_LABELS, Ring, RingMember
from huiqun.risk.models.scorecards import CARD_COLOURS, CARD_LABELS, ScorecardVersion
from huiqun.risk.models.traffic import Traffic

__all__ = [
    "CARD_COLOURS",
    "CARD_LABELS",
    "CASE_COLOURS",
    "CASE_LABELS",
    "CASE_STATES",
    "FROZEN_LABELS",
    "OUTCOME_COLOURS",
    "OUTCOME_LABELS",
    "RING_LABELS",
    "Case",
    "Freeze",
    "FrozenKey",
    "Judgement",
    "Ring",
    "RingMember",
    "ScorecardVersion",
    "Traffic",
]
