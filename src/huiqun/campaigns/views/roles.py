"""Who comes to campaigns, and for what: on its pages and by programs."""

from huiqun.foundation.roles import REVIEWERS, Role

READERS = (
    Role.MARKETER, Role.OPERATOR, Role.ANALYST, Role.RISK_OFFICER, Role.SERVICE_DESK, *REVIEWERS,
)  # fmt: skip
STARTERS = (Role.MARKETER,)
PAUSERS = (Role.MARKETER, Role.OPERATOR, Role.RISK_OFFICER)
RESUMERS = (Role.MARKETER, Role.OPERATOR)
STOPPERS = (Role.MARKETER, Role.RISK_OFFICER)
