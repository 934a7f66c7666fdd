"""Who plans quests, draws and games, who opens them, and who reads them."""

from huiqun.foundation.roles import REVIEWERS, Role

PLANNERS = (Role.MARKETER, Role.OPERATOR)
OPENERS = REVIEWERS
SETTLERS = (*PLANNERS, *REVIEWERS)
READERS = (
    *PLANNERS,
    Role.RELATIONSHIP_MANAGER,
    Role.SERVICE_DESK,
    Role.RISK_OFFICER,
    Role.ANALYST,
    *REVIEWERS,
)
