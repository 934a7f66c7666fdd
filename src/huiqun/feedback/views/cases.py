"""The service desk: inbox, one case, answers, figures."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import queries as customers
from huiqun.feedback import actions
from huiqun.feedback.models.cases import (
    CATEGORY_LABELS,
    CLOCK_COLOURS,
    CLOCK_LABELS,
    ENTRY_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    Case,
)
from huiqun.feedback.queries import articles
from huiqun.feedback.queries import cases as queries
from huiqun.feedback.rules.cases import Clock, check_open
from huiqun.feedback.rules.refusals import CaseEmpty, CaseTooLong, WordsUnlawful
from huiqun.feedback.views.forms import AnswerForm
from huiqun.feedback.views.roles import CASE_READERS, DESK
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import end_of_day, local_date, start_of_day
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import Refusal

ASKED = ("q", "kind", "category", "state", "show")
SNIPPET = 40


@require_GET
@staff_door(*CASE_READERS)
def case_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    page = keyset_page(queries.case_rows(staff=request.staff, asked=asked, now=request.now), request.GET)
    context = {
        "page": page,
        "cases": [_line(case, request) for case in page.rows],
        "asked": asked,
        "tiles": queries.tiles(request.staff, request.now),
        "kinds": KIND_LABELS.items(),
        "categories": CATEGORY_LABELS.items(),
        "states": STATE_LABELS.items(),
    }
    return render(request, "feedback/case_list.html", context)


def _line(case: Case, request: StaffRequest) -> dict[str, Any]:
    return {"case": case, "snippet": (case.words or "")[:SNIPPET], "clocks": _clocks(case, request)}


def _clocks(case: Case, request: StaffRequest) -> dict[str, Any]:
    answer = case.clock_of_answer(request.now)
    decision = case.clock_of_decision(local_date(request.now))
    return {"answer": _shown(answer), "decision": _shown(decision) if decision else None}


def _shown(clock: Clock) -> tuple[str, str]:
    return str(CLOCK_LABELS[clock]), CLOCK_COLOURS[clock]


@require_GET
@staff_door(*CASE_READERS)
def case_page(request: StaffRequest, matter_id: int) -> HttpResponse:
    case = queries.visible_case(matter_id, request.staff)
    form = AnswerForm()
    if article := request.GET.get("article", ""):
        chosen = articles.published_article(whole(article), path=case.branch.path, now=request.now)
        form = AnswerForm(initial={"words": chosen.answer, "article": chosen.pk})
    return _page(request, case, form)


def _page(
    request: StaffRequest, case: Case, form: AnswerForm, *, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "case": case,
        "clocks": _clocks(case, request),
        "entries": [(each, ENTRY_LABELS[each.kind]) for each in queries.entries_of(case)],  # type: ignore[index]
        "card": next(iter(customers.customer_cards(ids=[case.customer_id], staff=request.staff)), None),
        "colleagues": [each for each in queries.colleagues(case) if each.pk != case.assigned_to_id],
        "found": articles.found(text=case.words or "", path=case.branch.path, now=request.now),
        "form": form,
        "refused": sentence_of(refusal) if refusal else "",
        "laws": refusal.citations if refusal else (),
        "may_work": request.staff.has_role(*DESK) and case.state != "closed",
        "may_write_article": request.staff.has_role(*DESK),
        "is_head_office": request.staff.branch is not None and request.staff.branch.level == 0,
    }
    return render(request, "feedback/case_page.html", context, status=refusal.status if refusal else 200)


@require_POST
@staff_door(*DESK)
def case_take(request: StaffRequest, matter_id: int) -> HttpResponse:
    actions.take_case(case_id=matter_id, by=request.staff, now=request.now)
    return redirect("feedback:case_page", matter_id)


@require_POST
@staff_door(*DESK)
def case_answer(request: StaffRequest, matter_id: int) -> HttpResponse:
    """What may not be said comes back with its law, and with what was typed."""
    case = queries.visible_case(matter_id, request.staff)
    check_open(case.state)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form)
    given = form.cleaned_data
    try:
        actions.answer_case(
            case_id=matter_id,
            words=given["words"],
            article_id=given["article"],
            by=request.staff,
            now=request.now,
        )
    except (WordsUnlawful, CaseEmpty, CaseTooLong) as refusal:
        return _page(request, case, form, refusal=refusal)
    if "close" in request.POST:
        actions.close_case(case_id=matter_id, by=request.staff, now=request.now)
    messages.success(request, _("The customer reads the answer on their own page."))
    return redirect("feedback:case_page", matter_id)


@require_POST
@staff_door(*DESK)
def case_note(request: StaffRequest, matter_id: int) -> HttpResponse:
    actions.note_case(
        case_id=matter_id, words=request.POST.get("words", ""), by=request.staff, now=request.now
    )
    return redirect("feedback:case_page", matter_id)


@require_POST
@staff_door(*DESK)
def case_hand_over(request: StaffRequest, matter_id: int) -> HttpResponse:
    actions.hand_over_case(
        case_id=matter_id,
        to_id=whole(request.POST.get("to", "")),
        why=request.POST.get("why", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Handed over."))
    return redirect("feedback:case_page", matter_id)


@require_POST
@staff_door(*DESK)
def case_extend(request: StaffRequest, matter_id: int) -> HttpResponse:
    actions.extend_case(case_id=matter_id, why=request.POST.get("why", ""), by=request.staff, now=request.now)
    messages.success(request, _("The longer time runs, and the customer reads why."))
    return redirect("feedback:case_page", matter_id)


@require_POST
@staff_door(*DESK)
def case_close(request: StaffRequest, matter_id: int) -> HttpResponse:
    actions.close_case(case_id=matter_id, by=request.staff, now=request.now)
    messages.success(request, _("Closed. The customer is asked how it was."))
    return redirect("feedback:case_page", matter_id)


@require_GET
@staff_door(*CASE_READERS)
def case_statistics(request: StaffRequest) -> HttpResponse:
    """Reasons and clocks of the cases received in the last days."""
    days = min(max(whole(request.GET.get("days", ""), 30), 1), 366)
    today = local_date(request.now)
    until = end_of_day(today)
    since = start_of_day(today.fromordinal(today.toordinal() - days + 1))
    figures = queries.case_figures(staff=request.staff, since=since, until=until)
    context = {
        "days": days,
        "choices": (7, 30, 90, 366),
        "figures": figures,
        "most": max((reason.total for reason in figures.reasons), default=0),
    }
    return render(request, "feedback/case_statistics.html", context)
