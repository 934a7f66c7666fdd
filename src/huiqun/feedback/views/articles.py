"""Standard answers: list, writing, review."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.feedback import actions
from huiqun.feedback.models.articles import STATE_LABELS
from huiqun.feedback.queries import articles as queries
from huiqun.feedback.queries.cases import visible_case
from huiqun.feedback.rules.articles import ArticleState
from huiqun.feedback.rules.refusals import ArticleIncomplete, WordsUnlawful
from huiqun.feedback.views.forms import ArticleForm
from huiqun.feedback.views.roles import ARTICLE_READERS, ARTICLE_WRITERS, DESK, REVIEWERS
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date


@require_GET
@staff_door(*ARTICLE_READERS)
def article_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "state")}
    context = {
        "page": keyset_page(queries.article_rows(staff=request.staff, asked=asked), request.GET),
        "asked": asked,
        "states": STATE_LABELS.items(),
        "today": local_date(request.now),
        "may_write": request.staff.has_role(*ARTICLE_WRITERS),
    }
    return render(request, "feedback/article_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*ARTICLE_WRITERS)
def article_new(request: StaffRequest) -> HttpResponse:
    return _written(request, ArticleForm(request.POST if request.method == "POST" else None), None)


@require_http_methods(["GET", "POST"])
@staff_door(*DESK)
def article_of_case(request: StaffRequest, matter_id: int) -> HttpResponse:
    """What one customer asked, written down for all; without the customer's own words."""
    case = visible_case(matter_id, request.staff)
    form = ArticleForm(
        request.POST if request.method == "POST" else None, initial={"category": case.category}
    )
    return _written(request, form, None, from_case=case.pk)


@require_http_methods(["GET", "POST"])
@staff_door(*ARTICLE_WRITERS)
def article_edit(request: StaffRequest, article_id: int) -> HttpResponse:
    article = queries.visible_article(article_id, request.staff)
    form = ArticleForm(request.POST) if request.method == "POST" else ArticleForm.of(article)
    return _written(request, form, article_id)


def _written(
    request: StaffRequest, form: ArticleForm, article_id: int | None, *, from_case: int | None = None
) -> HttpResponse:
    context = {"form": form, "article_id": article_id, "refused": "", "laws": ()}
    if form.is_bound and form.is_valid():
        try:
            article_id = actions.save_article(
                article_id=article_id,
                **form.cleaned_data,
                by=request.staff,
                now=request.now,
                from_case=from_case,
            )
            return redirect("feedback:article_page", article_id)
        except (WordsUnlawful, ArticleIncomplete) as refusal:
            context |= {"refused": sentence_of(refusal), "laws": refusal.citations}
    return render(request, "feedback/article_form.html", context)


@require_GET
@staff_door(*ARTICLE_READERS)
def article_page(request: StaffRequest, article_id: int) -> HttpResponse:
    article = queries.visible_article(article_id, request.staff)
    in_review = article.state == ArticleState.IN_REVIEW
    may_write = request.staff.has_role(*ARTICLE_WRITERS)
    context = {
        "article": article,
        "today": local_date(request.now),
        "may_write": may_write and not in_review,
        "may_submit": may_write and article.state == ArticleState.DRAFT,
        "may_retire": may_write and article.state == ArticleState.APPROVED,
        "may_decide": in_review
        and request.staff.has_role(*REVIEWERS)
        and article.written_by_id != request.staff.pk,
    }
    return render(request, "feedback/article_page.html", context)


@require_POST
@staff_door(*ARTICLE_WRITERS)
def article_submit(request: StaffRequest, article_id: int) -> HttpResponse:
    actions.submit_article(article_id=article_id, by=request.staff, now=request.now)
    messages.success(request, _("Sent to compliance review."))
    return redirect("feedback:article_page", article_id)


@require_POST
@staff_door(*REVIEWERS)
def article_decide(request: StaffRequest, article_id: int) -> HttpResponse:
    if request.POST.get("decision") == "approve":
        seen = request.POST.get("digest", "")
        actions.approve_article(article_id=article_id, seen=seen, by=request.staff, now=request.now)
        messages.success(request, _("Approved. Customers find it from now on."))
    else:
        actions.return_article(article_id=article_id, by=request.staff, now=request.now)
        messages.success(request, _("Returned to its author."))
    return redirect("feedback:article_page", article_id)


@require_POST
@staff_door(*ARTICLE_WRITERS)
def article_retire(request: StaffRequest, article_id: int) -> HttpResponse:
    actions.retire_article(article_id=article_id, by=request.staff, now=request.now)
    messages.success(request, _("Withdrawn. It is shown to nobody any more."))
    return redirect("feedback:article_page", article_id)
