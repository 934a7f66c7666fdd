from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.queries.copy import check_copy, check_plan, rulebook_version
from huiqun.compliance.queries.evidence import (
    anchor,
    evidence_summary,
    examine,
    read_anchor,
    sealed_below,
    verify,
    visible_facts,
)
from huiqun.compliance.queries.licences import LicenceLine, expiring_count, licences_for
from huiqun.compliance.queries.permits import (
    Words,
    dossier_body,
    is_stopped,
    require_not_stopped,
    send_permit,
    words_of,
)
from huiqun.compliance.queries.reviews import (
    Approval,
    StepView,
    approval_of,
    differences,
    facts_about,
    inbox,
    overdue_count,
    pending_count,
    titles_of,
    visible_dossier,
)
from huiqun.compliance.rules.findings import Citation, Finding

__all__ = [
    "Approval",
    "Citation",
    "Finding",
    "LicenceLine",
    "PlanFacts",
    "StepView",
    "Words",
    "anchor",
    "approval_of",
    "check_copy",
    "check_plan",
    "differences",
    "dossier_body",
    "evidence_summary",
    "examine",
    "expiring_count",
    "facts_about",
    "inbox",
    "is_stopped",
    "licences_for",
    "overdue_count",
    "pending_count",
    "read_anchor",
    "require_not_stopped",
    "rulebook_version",
    "sealed_below",
    "send_permit",
    "titles_of",
    "verify",
    "visible_dossier",
    "visible_facts",
    "words_of",
]
