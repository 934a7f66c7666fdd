"""Who comes to customers, and for what. Administrators and analysts never do."""

from huiqun.foundation.roles import REVIEWERS, Role

READERS = (Role.MARKETER, Role.OPERATOR, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK, Role.RISK_OFFICER)
UNMASKERS = (Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK, Role.RISK_OFFICER)
CONSENT_KEEPERS = (Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
TEXT_PUBLISHERS = (Role.COMPLIANCE_REVIEWER,)
TEXT_READERS = (*READERS, *REVIEWERS)
EXPORTERS = (Role.OPERATOR, Role.MARKETER, Role.RISK_OFFICER)
ERASURE_ASKERS = (Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
ERASERS = (Role.COMPLIANCE_REVIEWER,)
"""Compliance answers for personal data; those who hear the customer ask."""
IMPORTERS = (Role.OPERATOR, Role.MARKETER)
"""Importers act for the whole bank: the action lets in those of the head office only."""
