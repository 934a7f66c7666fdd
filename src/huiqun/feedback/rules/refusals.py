"""Why the service corner and surveys say no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class CaseNotFound(NotFound):
    code = "feedback.case_not_found"
    sentence = _("There is no such case, or it is another branch's.")


class CaseEmpty(Refusal):
    code = "feedback.case_empty"
    sentence = _("Write a few words first, then send them.")
    status = 422


class CaseTooLong(Refusal):
    code = "feedback.case_too_long"
    sentence = _("This is longer than %(most)s characters. Shorten it and send it again.")
    status = 422


class CaseUnclear(Refusal):
    code = "feedback.case_unclear"
    sentence = _("Choose what it is about, then send it.")
    status = 422


class TooManyCases(Refusal):
    code = "feedback.too_many_cases"
    sentence = _("You have written to us many times today. We answer those first; write again tomorrow.")
    status = 429


class CaseClosed(Refusal):
    code = "feedback.case_closed"
    sentence = _("This case is closed. The customer can write again for thirty days, which opens it again.")


class CaseNotClosed(Refusal):
    code = "feedback.case_not_closed"
    sentence = _("Say how it was once the case is closed, with one to five points.")


class AnswerMissing(Refusal):
    code = "feedback.answer_missing"
    sentence = _("A case is closed only after the customer's last words were answered. Answer first.")


class NotExtendable(Refusal):
    code = "feedback.not_extendable"
    sentence = _(
        "Only an open complaint within its time can be given more, and only once. Decide on it and answer."
    )


class HeadOfficeDecides(Refusal):
    code = "feedback.head_office_decides"
    sentence = _("The head office gives more time. Hand the case over to its service desk.")


class ReasonMissing(Refusal):
    code = "feedback.reason_missing"
    sentence = _("Say why in a few words; the reason is kept.")
    status = 422


class WordsUnlawful(Refusal):
    code = "feedback.words_unlawful"
    sentence = _("“%(quote)s” may not be said to customers: %(message)s Change these words.")
    status = 422


class NoSuchColleague(Refusal):
    code = "feedback.no_such_colleague"
    sentence = _("Hand over to a colleague of the service desk who sees this customer's branch.")
    status = 422


class CaseTaken(Refusal):
    code = "feedback.case_taken"
    sentence = _("A colleague has this case already. Ask to have it handed over.")


class ArticleNotFound(NotFound):
    code = "feedback.article_not_found"
    sentence = _("There is no such answer, or it is another branch's.")


class ArticleIncomplete(Refusal):
    code = "feedback.article_incomplete"
    sentence = _("An answer needs a question, the answer, its source and a last day in the future.")
    status = 422


class OwnWork(Refusal):
    code = "feedback.own_work"
    sentence = _("You wrote this yourself. Somebody else approves it.")
    status = 403


class NotInReview(Refusal):
    code = "feedback.not_in_review"
    sentence = _("This has been decided or changed meanwhile. Load the page and look again.")


class SurveyNotFound(NotFound):
    code = "feedback.survey_not_found"
    sentence = _("There is no such survey, or it is another branch's.")


class SurveyIncomplete(Refusal):
    code = "feedback.survey_incomplete"
    sentence = _("The survey cannot be kept: %(problem)s. Correct it and save again.")
    status = 422


class SurveyInReview(Refusal):
    code = "feedback.survey_in_review"
    sentence = _(
        "This version is under review and frozen. Wait for the decision, or ask to have it returned."
    )


class SurveyNotOpen(Refusal):
    code = "feedback.survey_not_open"
    sentence = _("This survey is not open now. Thank you for wanting to answer.")


class AnswerInvalid(Refusal):
    code = "feedback.answer_invalid"
    sentence = _("This question needs another answer: %(problem)s.")
    status = 422


class ThemeInvalid(Refusal):
    code = "feedback.theme_invalid"
    sentence = _("A theme needs a name and at least one word to look for.")
    status = 422
