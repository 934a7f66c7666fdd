"""Who comes to delivery, and for what: on its pages and by programs."""

from huiqun.foundation.roles import Role

WATCHERS = (Role.MARKETER, Role.OPERATOR, Role.ANALYST, Role.RISK_OFFICER)
DRIVERS = (Role.MARKETER, Role.OPERATOR, Role.RISK_OFFICER)
SEARCHERS = (Role.MARKETER, Role.OPERATOR, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK, Role.RISK_OFFICER)
"""Why somebody did or did not get something."""
LOG_READERS = (Role.SERVICE_DESK, Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER)
LOG_TAKERS = (Role.SERVICE_DESK, Role.RISK_OFFICER, Role.AUDITOR)
BLOCK_READERS = (Role.SERVICE_DESK, Role.RISK_OFFICER, Role.MARKETER, Role.OPERATOR)
BLOCK_KEEPERS = (Role.SERVICE_DESK, Role.RISK_OFFICER)
