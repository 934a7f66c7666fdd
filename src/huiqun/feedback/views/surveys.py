"""Surveys: list, builder, review."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.feedback import actions
from huiqun.feedback.models.surveys import PLACEMENT_LABELS, QUESTION_LABELS, Survey, SurveyVersion
from huiqun.feedback.queries import surveys as queries
from huiqun.feedback.rules import building
from huiqun.feedback.rules.questions import END, Question
from huiqun.feedback.rules.refusals import SurveyIncomplete, SurveyNotFound, WordsUnlawful
from huiqun.feedback.rules.surveys import VersionState, five_questions
from huiqun.feedback.views.forms import QuestionForm, SurveyForm, later_than, ways_of
from huiqun.feedback.views.roles import INTERVIEWERS, REVIEWERS, SURVEY_READERS, SURVEY_WRITERS
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

USUAL_DAYS = 30


@require_GET
@staff_door(*SURVEY_READERS, *INTERVIEWERS)
def survey_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "state")}
    rows = queries.survey_rows(staff=request.staff, asked=asked, now=request.now)
    page = keyset_page(rows, request.GET)
    context = {
        "page": page,
        "surveys": [(survey, *_state(survey, list(survey.versions.all()), request)) for survey in page.rows],
        "asked": asked,
        "may_write": request.staff.has_role(*SURVEY_WRITERS),
    }
    return render(request, "feedback/survey_list.html", context)


def _state(survey: Survey, versions: list[SurveyVersion], request: StaffRequest) -> tuple[str, str]:
    """Label and colour."""
    states = {version.state for version in versions}
    if survey.closed_at or survey.ends_at <= request.now:
        return pgettext("survey", "Ended"), "grey"
    if VersionState.APPROVED in states:
        return (
            (pgettext("survey", "Open"), "green")
            if survey.opens_at <= request.now
            else (_("Not yet open"), "blue")
        )
    return (_("In review"), "gold") if VersionState.IN_REVIEW in states else (_("Draft"), "grey")


@require_http_methods(["GET", "POST"])
@staff_door(*SURVEY_WRITERS)
def survey_new(request: StaffRequest) -> HttpResponse:
    """With the bank's five questions, or blank."""
    today = local_date(request.now)
    is_template = request.GET.get("template") == "five"
    initial = {
        "title": "服务满意度五问" if is_template else "",
        "words": "五个问题，不到一分钟。您的意见帮助我们改进服务。" if is_template else "",
        "placements": ["app", "complaint", "activity"] if is_template else [],
        "opens": today,
        "ends": today.fromordinal(today.toordinal() + USUAL_DAYS),
    }
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=initial)
    problem = ""
    if form.is_bound and form.is_valid():
        questions = five_questions() if request.POST.get("template") == "five" else ()
        try:
            survey_id = actions.create_survey(
                terms=form.terms(), questions=questions, by=request.staff, now=request.now
            )
            return redirect("feedback:survey_page", survey_id)
        except SurveyIncomplete as refusal:
            problem = sentence_of(refusal)
    context = {"form": form, "template": "five" if is_template else "", "refused": problem}
    return render(request, "feedback/survey_form.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*SURVEY_WRITERS)
def survey_edit(request: StaffRequest, survey_id: int) -> HttpResponse:
    survey = queries.visible_survey(survey_id, request.staff)
    form = SurveyForm(request.POST) if request.method == "POST" else SurveyForm.of(survey)
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            actions.update_survey(survey_id=survey_id, terms=form.terms(), by=request.staff, now=request.now)
            return redirect("feedback:survey_page", survey_id)
        except SurveyIncomplete as refusal:
            problem = sentence_of(refusal)
    context = {"form": form, "survey": survey, "refused": problem}
    return render(request, "feedback/survey_form.html", context)


@require_GET
@staff_door(*SURVEY_READERS)
def survey_page(request: StaffRequest, survey_id: int) -> HttpResponse:
    return _page(request, survey_id)


def _page(request: StaffRequest, survey_id: int, *, refusal: Refusal | None = None) -> HttpResponse:
    survey = queries.visible_survey(survey_id, request.staff)
    versions = queries.versions_of(survey)
    latest = versions[0]
    in_review = latest.state == VersionState.IN_REVIEW
    may_write = request.staff.has_role(*SURVEY_WRITERS) and survey.closed_at is None
    context = {
        "survey": survey,
        "state": _state(survey, versions, request),
        "versions": versions,
        "latest": latest,
        "questions": [_shown(each) for each in latest.questions],
        "placements": [str(PLACEMENT_LABELS[each]) for each in survey.placements],
        "may_write": may_write and not in_review,
        "may_submit": may_write and latest.state == VersionState.DRAFT and latest.kept,
        "may_decide": in_review
        and request.staff.has_role(*REVIEWERS)
        and request.staff.pk not in latest.authors,
        "refused": sentence_of(refusal) if refusal else "",
        "laws": refusal.citations if refusal else (),
    }
    return render(request, "feedback/survey_page.html", context, status=refusal.status if refusal else 200)


def _shown(question: Question) -> dict[str, object]:
    ways = {
        choice.label: question.goes_to[choice.key]
        for choice in question.answers
        if choice.key in question.goes_to
    }
    kind = str(QUESTION_LABELS[question.kind])
    return {"it": question, "kind": kind, "ways": ways.items(), "end": END}


@require_http_methods(["GET", "POST"])
@staff_door(*SURVEY_WRITERS)
def question_new(request: StaffRequest, survey_id: int) -> HttpResponse:
    survey = queries.visible_survey(survey_id, request.staff)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    return _asked(request, survey, form, None)


@require_http_methods(["GET", "POST"])
@staff_door(*SURVEY_WRITERS)
def question_edit(request: StaffRequest, survey_id: int, question_key: str) -> HttpResponse:
    survey = queries.visible_survey(survey_id, request.staff)
    questions = queries.versions_of(survey)[0].questions
    question = next((each for each in questions if each.key == question_key), None)
    if question is None:
        raise SurveyNotFound
    form = QuestionForm(request.POST) if request.method == "POST" else QuestionForm.of(question)
    return _asked(request, survey, form, question)


def _asked(
    request: StaffRequest, survey: Survey, form: QuestionForm, question: Question | None
) -> HttpResponse:
    questions = queries.versions_of(survey)[0].questions
    problem = ""
    if form.is_bound and form.is_valid():
        key = question.key if question else building.new_key(questions)
        try:
            actions.save_questions(
                survey_id=survey.pk,
                questions=building.put(questions, form.question(key, question)),
                by=request.staff,
                now=request.now,
            )
            return redirect("feedback:survey_page", survey.pk)
        except SurveyIncomplete as refusal:
            problem = sentence_of(refusal)
    context = {
        "survey": survey,
        "form": form,
        "question": question,
        "ways": ways_of(question, questions) if question else [],
        "later": later_than(question, questions) if question else [],
        "refused": problem,
    }
    return render(request, "feedback/question_form.html", context)


@require_POST
@staff_door(*SURVEY_WRITERS)
def question_change(request: StaffRequest, survey_id: int, question_key: str) -> HttpResponse:
    """Move it up or down, or take it away."""
    survey = queries.visible_survey(survey_id, request.staff)
    questions = queries.versions_of(survey)[0].questions
    if request.POST.get("change") == "remove":
        changed = building.without(questions, question_key)
    else:
        changed = building.moved(questions, question_key, up=request.POST.get("change") == "up")
    actions.save_questions(survey_id=survey_id, questions=changed, by=request.staff, now=request.now)
    return redirect("feedback:survey_page", survey_id)


@require_POST
@staff_door(*SURVEY_WRITERS)
def survey_submit(request: StaffRequest, survey_id: int) -> HttpResponse:
    try:
        actions.submit_survey(survey_id=survey_id, by=request.staff, now=request.now)
    except (WordsUnlawful, SurveyIncomplete) as refusal:
        return _page(request, survey_id, refusal=refusal)
    messages.success(request, _("Sent to compliance review. It is frozen until it is decided."))
    return redirect("feedback:survey_page", survey_id)


@require_POST
@staff_door(*REVIEWERS)
def survey_decide(request: StaffRequest, survey_id: int) -> HttpResponse:
    seen = request.POST.get("digest", "")
    if request.POST.get("decision") == "approve":
        actions.approve_survey(survey_id=survey_id, seen=seen, by=request.staff, now=request.now)
        messages.success(request, _("Approved. Customers are asked from its first day on."))
    else:
        actions.return_survey(
            survey_id=survey_id,
            seen=seen,
            note=request.POST.get("note", ""),
            by=request.staff,
            now=request.now,
        )
        messages.success(request, _("Returned to its author."))
    return redirect("feedback:survey_page", survey_id)


@require_POST
@staff_door(*SURVEY_WRITERS)
def survey_close(request: StaffRequest, survey_id: int) -> HttpResponse:
    actions.close_survey(survey_id=survey_id, by=request.staff, now=request.now)
    messages.success(request, _("Closed. No more answers are taken."))
    return redirect("feedback:survey_page", survey_id)
