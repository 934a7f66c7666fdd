"""Who comes to communities."""

from huiqun.foundation.roles import Role

KEEPERS = (Role.OPERATOR,)
SPEAKERS = (Role.OPERATOR, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
JUDGES = (Role.OPERATOR, Role.COMPLIANCE_REVIEWER, Role.RISK_OFFICER)
READERS = (
    Role.OPERATOR,
    Role.MARKETER,
    Role.RELATIONSHIP_MANAGER,
    Role.SERVICE_DESK,
    Role.COMPLIANCE_REVIEWER,
    Role.RISK_OFFICER,
)
