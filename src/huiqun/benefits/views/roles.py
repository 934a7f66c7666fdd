"""Who may open which doors of the points ledger and of pledges."""

from huiqun.foundation.roles import REVIEWERS, Role

LEDGER_READERS = (
    Role.MARKETER,
    Role.OPERATOR,
    Role.RELATIONSHIP_MANAGER,
    Role.SERVICE_DESK,
    Role.RISK_OFFICER,
    *REVIEWERS,
)
REPORT_READERS = (Role.MARKETER, Role.ANALYST, Role.RISK_OFFICER, *REVIEWERS)
"""Sums alone: nobody meets a customer there."""
ADJUSTERS = (Role.SERVICE_DESK, Role.MARKETER)
ADJUSTMENT_DECIDERS = (Role.BUSINESS_REVIEWER, Role.COMPLIANCE_REVIEWER)
WRITERS = (Role.MARKETER,)
APPROVERS = (Role.BUSINESS_REVIEWER, Role.COMPLIANCE_REVIEWER)
"""Of rules and pledges: those who write them do not put them in force."""
PAYERS = (Role.MARKETER, Role.OPERATOR)
