"""The service corner on customers' phones: ask, suggest, complain, see what became of it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiqun.customers import queries as customers
from huiqun.delivery.queries import own_messages
from huiqun.feedback import actions
from huiqun.feedback.models.cases import CATEGORY_LABELS, KIND_LABELS
from huiqun.feedback.queries import articles, responses
from huiqun.feedback.queries import cases as queries
from huiqun.feedback.rules.cases import ANSWER_HOURS, CaseState, Kind, may_come_back
from huiqun.feedback.rules.refusals import CaseEmpty, CaseTooLong, CaseUnclear
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of
from huiqun.lib.numbers import whole

RATINGS = ((5, "😀"), (4, "🙂"), (3, "😐"), (2, "🙁"), (1, "😞"))


def _path(request: CustomerRequest) -> str:
    return customers.branch_path(customer_id=request.customer_id)


@never_cache
@require_safe
@customer_door()
def corner(request: CustomerRequest) -> HttpResponse:
    context = {
        "cases": queries.cases_of(request.customer_id, limit=3),
        "asked": responses.asked_of(request.customer_id, now=request.now),
        "often": articles.often_asked(path=_path(request), now=request.now),
    }
    return render(request, "feedback/my_corner.html", context)


@never_cache
@require_safe
@customer_door()
def ask(request: CustomerRequest) -> HttpResponse:
    """First what is known; then a person."""
    text = request.GET.get("q", "").strip()[:200]
    found = articles.found(text=text, path=_path(request), now=request.now) if text else []
    return render(request, "feedback/my_ask.html", {"q": text, "found": found})


@never_cache
@require_safe
@customer_door()
def article(request: CustomerRequest, article_id: int) -> HttpResponse:
    found = articles.published_article(article_id, path=_path(request), now=request.now)
    return render(request, "feedback/my_article.html", {"article": found})


@require_POST
@customer_door()
def article_helped(request: CustomerRequest, article_id: int) -> HttpResponse:
    actions.article_helped(
        article_id=article_id, customer_id=request.customer_id, path=_path(request), now=request.now
    )
    messages.success(request, _("Good to hear. Thank you."))
    return redirect("my_feedback:corner")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_door()
def write(request: CustomerRequest) -> HttpResponse:
    """A question for a person, a suggestion or a complaint."""
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    context: dict[str, Any] = {
        "kind": kind if kind in set(Kind) else Kind.COMPLAINT,
        "kinds": KIND_LABELS.items(),
        "category": given.get("category", ""),
        "categories": CATEGORY_LABELS.items(),
        "words": given.get("words", "")[:2000],
        "message": whole(given.get("message", "")),
        "hours": ANSWER_HOURS,
        "problem": "",
    }
    if request.method == "POST":
        try:
            matter_id = actions.open_case(
                customer_id=request.customer_id,
                kind=kind,
                category=context["category"],
                words=given.get("words", ""),
                recipient_id=context["message"] or None,
                now=request.now,
            )
            messages.success(request, _("We have it. You can follow it here."))
            return redirect("my_feedback:case", matter_id)
        except (CaseEmpty, CaseTooLong, CaseUnclear) as refusal:
            context["problem"] = sentence_of(refusal)
    return render(request, "feedback/my_write.html", context, status=422 if context["problem"] else 200)


@never_cache
@require_safe
@customer_door()
def cases(request: CustomerRequest) -> HttpResponse:
    return render(request, "feedback/my_cases.html", {"cases": queries.cases_of(request.customer_id)})


@never_cache
@require_safe
@customer_door()
def case(request: CustomerRequest, matter_id: int) -> HttpResponse:
    found, entries = queries.own_case(matter_id, request.customer_id)
    context = {
        "case": found,
        "entries": entries,
        "may_write": may_come_back(state=found.state, closed_at=found.closed_at, now=request.now),
        "may_rate": found.state == CaseState.CLOSED and found.rating is None,
        "ratings": RATINGS,
    }
    return render(request, "feedback/my_case.html", context)


@require_POST
@customer_door()
def case_more(request: CustomerRequest, matter_id: int) -> HttpResponse:
    actions.come_back(
        case_id=matter_id,
        customer_id=request.customer_id,
        words=request.POST.get("words", ""),
        now=request.now,
    )
    messages.success(request, _("Added. Somebody reads it."))
    return redirect("my_feedback:case", matter_id)


@require_POST
@customer_door()
def case_rate(request: CustomerRequest, matter_id: int) -> HttpResponse:
    rating = whole(request.POST.get("rating", ""))
    actions.rate_case(case_id=matter_id, customer_id=request.customer_id, rating=rating, now=request.now)
    messages.success(request, _("Thank you for saying so."))
    return redirect("my_feedback:case", matter_id)


@never_cache
@require_safe
@customer_door()
def received(request: CustomerRequest) -> HttpResponse:
    """What the bank has sent to this customer, in its words, and why."""
    found = own_messages(customer_id=request.customer_id)
    context = {"received": found, "bank": settings.HUIQUN_BANK_NAME}
    return render(request, "feedback/my_messages.html", context)
