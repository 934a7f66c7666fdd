"""Surveys as staff see them."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from huiqun.feedback.models import Survey, SurveyVersion
from huiqun.feedback.rules.refusals import SurveyNotFound
from huiqun.feedback.rules.surveys import VersionState
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import ScopedQuerySet


def survey_rows(*, staff: Staff, asked: Mapping[str, str], now: datetime) -> ScopedQuerySet:
    rows: ScopedQuerySet = (
        Survey.objects.visible_to(staff).select_related("branch").prefetch_related("versions")
    )
    if words := asked.get("words", "").strip():
        rows = rows.filter(title__icontains=words)
    state = asked.get("state")
    if state == "open":
        rows = rows.filter(
            closed_at=None, opens_at__lte=now, ends_at__gt=now, versions__state=VersionState.APPROVED
        )
    elif state == "in_review":
        rows = rows.filter(versions__state=VersionState.IN_REVIEW)
    elif state == "ended":
        rows = rows.filter(Q(closed_at__isnull=False) | Q(ends_at__lte=now))
    done = Count("responses", filter=Q(responses__completed_at__isnull=False), distinct=True)
    counted: ScopedQuerySet = rows.annotate(done=done)
    return counted


def visible_survey(survey_id: int, staff: Staff) -> Survey:
    """:raises SurveyNotFound"""
    rows = Survey.objects.visible_to(staff).select_related("branch", "made_by")
    survey: Survey | None = rows.filter(pk=survey_id).first()
    if survey is None:
        raise SurveyNotFound
    return survey


def versions_of(survey: Survey) -> list[SurveyVersion]:
    """The latest first."""
    return list(survey.versions.select_related("decided_by", "survey").order_by("-number"))
