"""The tables of feedback."""

from huiqun.feedback.models.articles import Article
from huiqun.feedback.models.cases import Case, CaseEntry
from huiqun.feedback.models.responses import SurveyAnswer, SurveyResponse, SurveyShowing, SurveyText
from huiqun.feedback.models.surveys import Survey, SurveyTheme, SurveyVersion

__all__ = [
    "Article",
    "Case",
    "CaseEntry",
    "Survey",
    "SurveyAnswer",
    "SurveyResponse",
    "SurveyShowing",
    "SurveyText",
    "SurveyTheme",
    "SurveyVersion",
]
