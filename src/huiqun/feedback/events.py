"""What is told of customers' feedback. No words of customers: those are in the case."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """``of`` is question, suggestion or complaint; ``regards`` what it is about ("run:12"), or ""."""

    about = "case_id"
    words = _("Customer's case received")
    case_id: int
    customer_id: int
    of: str
    category: str
    source: str
    regards: str
    answer_due_at: str
    decide_due_date: str


@dataclass(frozen=True, kw_only=True)
class ComplaintMade(Event):
    """Beside ``CaseOpened``: what others count and react to."""

    about = "case_id"
    words = _("Complaint made")
    case_id: int
    customer_id: int
    category: str
    regards: str


@dataclass(frozen=True, kw_only=True)
class CaseTakenOn(Event):
    about = "case_id"
    words = _("Case taken on")
    case_id: int
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class CaseHandedOver(Event):
    about = "case_id"
    words = _("Case handed over")
    case_id: int
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(Event):
    """``in_time``: within the time promised to the customer. ``digest`` is of the answer's words."""

    about = "case_id"
    words = _("Customer answered")
    case_id: int
    customer_id: int
    in_time: bool
    article_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CaseExtended(Event):
    about = "case_id"
    words = _("More time for a complaint")
    case_id: int
    decide_due_date: str


@dataclass(frozen=True, kw_only=True)
class CaseClosedByStaff(Event):
    about = "case_id"
    words = _("Case closed")
    case_id: int
    customer_id: int
    of: str
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    about = "case_id"
    words = _("Customer wrote again")
    case_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CaseRated(Event):
    about = "case_id"
    words = _("Customer rated how a case was handled")
    case_id: int
    customer_id: int
    rating: int


@dataclass(frozen=True, kw_only=True)
class CaseReminded(Event):
    """``level`` 1: two thirds of the time are over; 2: the time is over; 3: the regulator's time is nearly over."""

    about = "case_id"
    words = _("Case reminded of")
    case_id: int
    level: int
    told: int


@dataclass(frozen=True, kw_only=True)
class ArticleSubmitted(Event):
    about = "article_id"
    words = _("Standard answer sent to review")
    article_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ArticleApproved(Event):
    about = "article_id"
    words = _("Standard answer approved")
    article_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ArticleReturned(Event):
    about = "article_id"
    words = _("Standard answer returned")
    article_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleRetired(Event):
    about = "article_id"
    words = _("Standard answer withdrawn")
    article_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleHelped(Event):
    """A customer says that it answered the question."""

    about = "article_id"
    words = _("Standard answer helped a customer")
    article_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class SurveySaved(Event):
    about = "survey_id"
    words = _("Survey changed")
    survey_id: int
    number: int
    questions: int


@dataclass(frozen=True, kw_only=True)
class SurveySubmitted(Event):
    about = "survey_id"
    words = _("Survey sent to review")
    survey_id: int
    number: int
    digest: str
    findings: int


@dataclass(frozen=True, kw_only=True)
class SurveyApproved(Event):
    about = "survey_id"
    words = _("Survey approved")
    survey_id: int
    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SurveyReturned(Event):
    about = "survey_id"
    words = _("Survey returned")
    survey_id: int
    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SurveyClosed(Event):
    about = "survey_id"
    words = _("Survey closed")
    survey_id: int
    answers: int


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    """A customer came to the end; ``source`` is what asked for it ("app", "case:8", "activity:5")."""

    about = "survey_id"
    words = _("Survey answered")
    survey_id: int
    customer_id: int
    number: int
    source: str


@dataclass(frozen=True, kw_only=True)
class SurveyExported(Event):
    about = "survey_id"
    words = _("Survey's results exported")
    survey_id: int
    answers: int
    purpose: str
