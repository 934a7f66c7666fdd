"""What feedback does. Everything others may ask of it is named here."""

from huiqun.feedback.actions.answering import answer_page, begin_survey, offer_survey, record_interview
from huiqun.feedback.actions.articles import (
    approve_article,
    article_helped,
    retire_article,
    return_article,
    save_article,
    submit_article,
)
from huiqun.feedback.actions.cases import come_back, open_case, rate_case
from huiqun.feedback.actions.clocks import remind_cases
from huiqun.feedback.actions.desk import (
    answer_case,
    close_case,
    extend_case,
    hand_over_case,
    note_case,
    take_case,
)
from huiqun.feedback.actions.exports import export_survey
from huiqun.feedback.actions.requests import request_answers
from huiqun.feedback.actions.surveys import (
    approve_survey,
    close_survey,
    create_survey,
    return_survey,
    save_questions,
    submit_survey,
    update_survey,
)
from huiqun.feedback.actions.themes import remove_theme, save_theme

__all__ = [
    "answer_case",
    "answer_page",
    "approve_article",
    "approve_survey",
    "article_helped",
    "begin_survey",
    "close_case",
    "close_survey",
    "come_back",
    "create_survey",
    "export_survey",
    "extend_case",
    "hand_over_case",
    "note_case",
    "offer_survey",
    "open_case",
    "rate_case",
    "record_interview",
    "remind_cases",
    "remove_theme",
    "request_answers",
    "retire_article",
    "return_article",
    "return_survey",
    "save_article",
    "save_questions",
    "save_theme",
    "submit_article",
    "submit_survey",
    "take_case",
    "update_survey",
]
