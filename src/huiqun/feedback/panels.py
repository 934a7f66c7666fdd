"""Feedback in the menu, on customers' pages, on the customer's page and in inboxes."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.feedback import actions, queries
from huiqun.feedback.actions.clocks import REMINDED
from huiqun.feedback.models import Survey
from huiqun.feedback.queries.responses import asked_of
from huiqun.feedback.views.roles import ARTICLE_READERS, CASE_READERS, INTERVIEWERS, SURVEY_READERS
from huiqun.foundation import clock, notices, phone
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.lib.words import gettext_noop

SECTION = pgettext_lazy("menu", "Service")


def my_surveys(request: HttpRequest, customer_id: int) -> str | None:
    """What the customer was asked, or what the app offers by itself, within its cap."""
    now = clock.now()
    asked = asked_of(customer_id, now=now)
    offered = None if asked else actions.offer_survey(customer_id=customer_id, now=now)
    if not asked and offered is None:
        return None
    survey = Survey.objects.filter(pk=offered or 0).first()
    return render_to_string(
        "feedback/_my_surveys.html", {"asked": asked[:2], "survey": survey}, request=request
    )


def customer_cases(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer came with, for those who handle it."""
    user: Any = request.user
    cases = queries.cases_of(customer_id, limit=10)
    if not cases or not user.has_role(*CASE_READERS):
        return None
    return render_to_string("feedback/_customer_cases.html", {"cases": cases}, request=request)


add_menu(section=SECTION, label=_("Cases"), url_name="feedback:case_list", roles=CASE_READERS, order=300)
add_menu(
    section=SECTION,
    label=_("Standard answers"),
    url_name="feedback:article_list",
    roles=ARTICLE_READERS,
    order=310,
)
add_menu(
    section=SECTION,
    label=_("Surveys"),
    url_name="feedback:survey_list",
    roles=(*SURVEY_READERS, *INTERVIEWERS),
    order=320,
)
add_panel(place="customer", render=customer_cases, order=280)
add_panel(place="my", render=my_surveys, order=50)
phone.add_tab(label=pgettext_lazy("tab", "Service"), url_name="my_feedback:corner", icon="message", order=30)
add_hold(queries.open_cases)
notices.register(
    REMINDED,
    gettext_noop("Case %(case)s needs you: its time is running out (level %(level)s)."),
    urgent=True,
)
