"""Who comes to benefits, and for what."""

from huiqun.foundation.roles import REVIEWERS, Role

READERS = (
    Role.MARKETER,
    Role.OPERATOR,
    Role.RELATIONSHIP_MANAGER,
    Role.SERVICE_DESK,
    Role.RISK_OFFICER,
    *REVIEWERS,
)
LEDGER_READERS = READERS
REPORT_READERS = (Role.MARKETER, Role.ANALYST, Role.RISK_OFFICER, *REVIEWERS)
"""Sums alone: nobody meets a customer there."""
ADJUSTERS = (Role.SERVICE_DESK, Role.MARKETER)
ADJUSTMENT_DECIDERS = (Role.BUSINESS_REVIEWER, Role.COMPLIANCE_REVIEWER)
WRITERS = (Role.MARKETER,)
APPROVERS = (Role.BUSINESS_REVIEWER, Role.COMPLIANCE_REVIEWER)
"""Of rules and pledges: those who write them do not put them in force."""
PAYERS = (Role.MARKETER, Role.OPERATOR)
PLANNERS = (Role.MARKETER,)
CLAIM_READERS = (
    Role.MARKETER,
    Role.OPERATOR,
    Role.RELATIONSHIP_MANAGER,
    Role.SERVICE_DESK,
    Role.RISK_OFFICER,
)
COUNTER = (Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
"""At a branch's own counter a piece is used by those who serve customers."""
CLAIM_KEEPERS = (Role.SERVICE_DESK, Role.RISK_OFFICER)
"""Who takes back, revokes, answers appeals, and takes lists away."""
