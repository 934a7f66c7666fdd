"""Surveys on customers' phones: a question a page, each kept when it is sent."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiqun.feedback import actions
from huiqun.feedback.queries import responses
from huiqun.feedback.queries.open_surveys import open_for, open_survey
from huiqun.feedback.rules.questions import END
from huiqun.feedback.rules.refusals import AnswerInvalid
from huiqun.feedback.rules.surveys import Placement
from huiqun.feedback.views.results import value_in
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of


@never_cache
@require_safe
@customer_door()
def surveys(request: CustomerRequest) -> HttpResponse:
    answered = responses.answered_by(request.customer_id)
    mine = {each.survey_id for each in answered if each.source == "app"}
    offered = open_for(customer_id=request.customer_id, placement=Placement.APP, now=request.now)
    context = {
        "asked": responses.asked_of(request.customer_id, now=request.now),
        "offered": [survey for survey in offered if survey.pk not in mine],
        "answered": answered,
    }
    return render(request, "feedback/my_surveys.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_door()
def survey(request: CustomerRequest, survey_id: int) -> HttpResponse:
    """Where links and groups lead to: what it is for, and a button to begin."""
    found = open_survey(survey_id=survey_id, customer_id=request.customer_id, now=request.now)
    if request.method == "POST":
        response_id = actions.begin_survey(
            survey_id=survey_id, customer_id=request.customer_id, now=request.now
        )
        return redirect("my_feedback:response", response_id)
    return render(request, "feedback/my_survey.html", {"survey": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_door()
def response(request: CustomerRequest, response_id: int) -> HttpResponse:
    key = request.GET.get("q", "")
    page = responses.survey_page(
        response_id=response_id, customer_id=request.customer_id, key=key, now=request.now
    )
    problem = ""
    if request.method == "POST" and page.question is not None:
        try:
            following = actions.answer_page(
                response_id=response_id,
                customer_id=request.customer_id,
                key=page.question.key,
                value=value_in(request, page.question, "value"),
                now=request.now,
            )
            address = reverse("my_feedback:response", args=[response_id])
            return redirect(address if following == END else f"{address}?q={following}")
        except AnswerInvalid as refusal:
            problem = sentence_of(refusal)
    if page.is_done:
        return render(request, "feedback/my_thanks.html", {"survey": page.response.survey})
    context = {"page": page, "problem": problem, "title": _("Survey")}
    return render(request, "feedback/my_question.html", context, status=422 if problem else 200)
