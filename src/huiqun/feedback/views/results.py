"""Results of a survey, live; and what staff fill in for a customer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.customers import queries as customers
from huiqun.feedback import actions
from huiqun.feedback.queries import results as queries
from huiqun.feedback.queries.surveys import versions_of, visible_survey
from huiqun.feedback.rules.questions import Question, QuestionKind, Value
from huiqun.feedback.rules.refusals import AnswerInvalid, SurveyNotOpen
from huiqun.feedback.rules.surveys import VersionState
from huiqun.feedback.views.roles import INTERVIEWERS, SURVEY_READERS, THEME_KEEPERS
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.lib.refusal import NotFound, Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GROUP_LABELS = {
    "branch": gettext_lazy("Branch"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "age_band": gettext_lazy("Age"),
}
HOW_LABELS = {
    "interview": gettext_lazy("Interview at the branch"),
    "call": gettext_lazy("Call-back"),
}


@require_GET
@staff_door(*SURVEY_READERS)
def survey_results(request: StaffRequest, survey_id: int) -> HttpResponse:
    survey = visible_survey(survey_id, request.staff)
    results = queries.results_of(survey, now=request.now)
    countable = [
        each.question
        for each in results.questions
        if each.question.kind not in (QuestionKind.TEXT, QuestionKind.MATRIX)
    ]
    question = request.GET.get("question", "") or (countable[0].key if countable else "")
    by = request.GET.get("by", "") or "branch"
    context = {
        "survey": survey,
        "results": results,
        "countable": countable,
        "groups": GROUP_LABELS.items(),
        "question": question,
        "by": by,
        "crossed": queries.crossed(survey, question=question, by=by, now=request.now),
        "themes": survey.themes.order_by("name"),
        "may_keep": request.staff.has_role(*THEME_KEEPERS),
    }
    return render(request, "feedback/survey_results.html", context)


@require_POST
@staff_door(*THEME_KEEPERS)
def theme_save(request: StaffRequest, survey_id: int) -> HttpResponse:
    name = request.POST.get("name", "")
    if "remove" in request.POST:
        actions.remove_theme(survey_id=survey_id, name=name, by=request.staff, now=request.now)
    else:
        words = request.POST.get("words", "")
        actions.save_theme(survey_id=survey_id, name=name, words=words, by=request.staff, now=request.now)
    return redirect("feedback:survey_results", survey_id)


@require_POST
@staff_door(*SURVEY_READERS)
def survey_export(request: StaffRequest, survey_id: int) -> HttpResponse:
    content = actions.export_survey(
        survey_id=survey_id,
        purpose=request.POST.get("purpose", ""),
        by=request.staff,
        now=request.now,
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="survey-{survey_id}.xlsx"'
    return response


@require_http_methods(["GET", "POST"])
@staff_door(*INTERVIEWERS)
def survey_interview(request: StaffRequest, survey_id: int) -> HttpResponse:
    """The whole survey on one page, for what a customer says at the branch or on the telephone."""
    survey = visible_survey(survey_id, request.staff)
    version = next((each for each in versions_of(survey) if each.state == VersionState.APPROVED), None)
    if version is None:
        raise SurveyNotOpen
    context = {"survey": survey, "questions": version.questions, "hows": HOW_LABELS.items(), "refused": ""}
    if request.method == "POST":
        try:
            actions.record_interview(
                survey_id=survey_id,
                customer_id=customers.visible_id(
                    number=request.POST.get("number", "").strip()[:40], staff=request.staff
                ),
                values={each.key: value_in(request, each, each.key) for each in version.questions},
                how=request.POST.get("how", ""),
                by=request.staff,
                now=request.now,
            )
            messages.success(request, _("Recorded. Thank the customer."))
            return redirect("feedback:survey_interview", survey_id)
        except NotFound:
            context["refused"] = _("No customer of yours has this number. Check it with the customer.")
        except AnswerInvalid as refusal:
            context["refused"] = sentence_of(refusal)
    return render(request, "feedback/survey_interview.html", context, status=_status(context))


def _status(context: dict[str, object]) -> int:
    return Refusal.status if context["refused"] else 200


def value_in(request: HttpRequest, question: Question, name: str) -> Value:
    """What a form says to one question."""
    if question.kind == QuestionKind.CHOICES:
        return tuple(request.POST.getlist(name)[:30])
    if question.kind == QuestionKind.MATRIX:
        return {row.key: request.POST.get(f"{name}_{row.key}", "") for row in question.rows}
    return request.POST.get(name, "")
