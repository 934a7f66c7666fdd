"""Asking a customer to answer: after an activity, after a case."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.feedback.models import Survey, SurveyResponse
from huiqun.feedback.queries.open_surveys import open_for
from huiqun.feedback.rules.surveys import REQUEST_DAYS, Placement


@transaction.atomic
def request_answers(*, customer_id: int, placement: Placement, source: str, now: datetime) -> int:
    """Put the surveys that are offered at this place on the customer's page; how many are new. Asked for the same
    again, nothing changes."""
    surveys = open_for(customer_id=customer_id, placement=placement, now=now)
    return sum(_request(survey, customer_id, source, now) for survey in surveys)


def _request(survey: Survey, customer_id: int, source: str, now: datetime) -> bool:
    until = now + timedelta(days=REQUEST_DAYS)
    _row, is_new = SurveyResponse.objects.get_or_create(
        survey=survey,
        customer_id=customer_id,
        source=source,
        defaults={"made_at": now, "asked_until": until},
    )
    return is_new
