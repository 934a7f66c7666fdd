"""Who keeps the register, who puts contracts in force, who reads."""

from huiqun.foundation.roles import REVIEWERS, Role

EDITORS = (Role.MARKETER, Role.ADMINISTRATOR)
CONFIRMERS = (Role.BUSINESS_REVIEWER,)
"""A contract decides where money goes: business reviewers decide, as they do on campaigns."""
READERS = (*EDITORS, *REVIEWERS, Role.OPERATOR, Role.RISK_OFFICER, Role.SERVICE_DESK)
