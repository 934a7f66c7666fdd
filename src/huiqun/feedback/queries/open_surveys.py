"""Which surveys are open to a customer."""

from datetime import datetime

from huiqun.customers import queries as customers
from huiqun.feedback.models import Survey
from huiqun.feedback.rules.refusals import SurveyNotFound, SurveyNotOpen
from huiqun.feedback.rules.surveys import Placement, VersionState
from huiqun.foundation.scope import covering


def open_for(*, customer_id: int, placement: Placement, now: datetime) -> list[Survey]:
    """Approved surveys of the customer's branch and those above, offered at this place now; the latest first."""
    path = customers.branch_path(customer_id=customer_id)
    rows = Survey.objects.filter(
        covering(path),
        placements__contains=[placement.value],
        closed_at=None,
        opens_at__lte=now,
        ends_at__gt=now,
        versions__state=VersionState.APPROVED,
    )
    return list(rows.order_by("-id").distinct())


def open_survey(*, survey_id: int, customer_id: int, now: datetime) -> Survey:
    """:raises SurveyNotFound when it is another branch's, or approved by nobody; SurveyNotOpen"""
    path = customers.branch_path(customer_id=customer_id)
    survey: Survey | None = (
        Survey.objects.filter(covering(path), pk=survey_id, versions__state=VersionState.APPROVED)
        .distinct()
        .first()
    )
    if survey is None:
        raise SurveyNotFound
    if not survey.is_open(now):
        raise SurveyNotOpen
    return survey
