"""What risk does. Everything others may ask for is named here."""

from huiqun.risk.actions.cases import (
    answer_restriction,
    appeal,
    ask_restriction,
    decide_case,
    tell_overdue,
)
from huiqun.risk.actions.feeds import raise_cases
from huiqun.risk.actions.forgetting import forget_judgements
from huiqun.risk.actions.freezes import ToFreeze, freeze, lift_freeze, of_judgement, of_ring
from huiqun.risk.actions.judging import Judged, hold_claim, judge_claim, note_stopped
from huiqun.risk.actions.rings import dismiss_ring, find_rings, note_circle
from huiqun.risk.actions.scorecards import (
    activate_scorecard,
    back_test_scorecard,
    decline_scorecard,
    draft_scorecard,
    propose_scorecard,
)
from huiqun.risk.actions.watching import count_traffic, tell_unusual_traffic
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import ClaimRefused, ProofNeeded
from huiqun.risk.rules.signals import ClaimSignals
from huiqun.risk.rules.states import FrozenKind

__all__ = [
    "ClaimRefused",
    "ClaimSignals",
    "FrozenKind",
    "Judged",
    "Outcome",
    "ProofNeeded",
    "ToFreeze",
    "activate_scorecard",
    "answer_restriction",
    "appeal",
    "ask_restriction",
    "back_test_scorecard",
    "count_traffic",
    "decide_case",
    "decline_scorecard",
    "dismiss_ring",
    "draft_scorecard",
    "find_rings",
    "forget_judgements",
    "freeze",
    "hold_claim",
    "judge_claim",
    "lift_freeze",
    "note_circle",
    "note_stopped",
    "of_judgement",
    "of_ring",
    "propose_scorecard",
    "raise_cases",
    "tell_overdue",
    "tell_unusual_traffic",
]
