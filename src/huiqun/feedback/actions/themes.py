"""Themes of free texts, which analysts edit."""

from datetime import datetime

from django.db import transaction

from huiqun.feedback.models import Survey, SurveyTheme
from huiqun.feedback.rules.refusals import SurveyNotFound, ThemeInvalid
from huiqun.foundation.models import Staff

MOST_WORDS = 30


@transaction.atomic
def save_theme(*, survey_id: int, name: str, words: str, by: Staff, now: datetime) -> None:
    """Add a theme or give it other words, which are set apart by spaces or commas. :raises SurveyNotFound, ThemeInvalid"""
    survey = _visible(survey_id, by)
    parts = words.replace("，", " ").replace("、", " ").replace(",", " ").split()
    name, found = name.strip()[:40], list(dict.fromkeys(parts))[:MOST_WORDS]
    if not name or not found:
        raise ThemeInvalid
    SurveyTheme.objects.update_or_create(survey=survey, name=name, defaults={"words_list": found})


@transaction.atomic
def remove_theme(*, survey_id: int, name: str, by: Staff, now: datetime) -> None:
    """:raises SurveyNotFound"""
    SurveyTheme.objects.filter(survey=_visible(survey_id, by), name=name).delete()


def _visible(survey_id: int, by: Staff) -> Survey:
    survey: Survey | None = Survey.objects.visible_to(by).filter(pk=survey_id).first()
    if survey is None:
        raise SurveyNotFound
    return survey
