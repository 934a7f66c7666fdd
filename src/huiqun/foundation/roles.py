"""What people do at the bank. A role opens doors; which rows are behind them is the branch's matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MARKETER = "marketer", _("Marketer")
    OPERATOR = "operator", _("Community operator")
    RELATIONSHIP_MANAGER = "relationship_manager", _("Relationship manager")
    BUSINESS_REVIEWER = "business_reviewer", _("Business reviewer")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    COMPLIANCE_REVIEWER = "compliance_reviewer", _("Compliance reviewer")
    SERVICE_DESK = "service_desk", _("Service desk")
    RISK_OFFICER = "risk_officer", _("Risk officer")
    ANALYST = "analyst", _("Analyst")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


REVIEWERS = (Role.BUSINESS_REVIEWER, Role.LEGAL_REVIEWER, Role.COMPLIANCE_REVIEWER)
"""The three who decide on a dossier, in the order in which they do."""
