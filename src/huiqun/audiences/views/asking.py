"""Doors that answer while a rule is being written: how many, what each condition does, who for instance.

They are posted to because rules are long; they change nothing, so auditors may ask too."""

from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from huiqun.audiences import queries, rules
from huiqun.audiences.queries import Counting
from huiqun.audiences.queries.typed import read_rule_text
from huiqun.audiences.queries.typed import rule_text as write_rule_text
from huiqun.audiences.queries.values import values_like
from huiqun.audiences.rules.tree import leaves
from huiqun.audiences.views.funnels import shown_steps
from huiqun.audiences.views.roles import READERS, SAMPLERS, SQL_READERS
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import Branch
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound

SOON, LATER = 250, 800
"""Milliseconds after which the page asks again: while only the exact number is out, and while nothing is known."""


@require_POST
@staff_door(*READERS, Role.AUDITOR)
def rule_count(request: StaffRequest) -> HttpResponse:
    """How many, in words, an estimate first where that takes long; or where the rule is wrong."""
    branch_ids, today = branch_ids_of(request), local_date(request.now)
    try:
        rule = rules.read(request.POST.get("rule", ""))
        counting = queries.counting(rule=rule, branch_ids=branch_ids, today=today)
        context = _counted(counting) | {
            "words": queries.sentence(rule, get_language() or "zh-hans"),
            "has_conditions": bool(list(leaves(rules.parse(rule)))),
            "warnings": [sentence_of(each) for each in queries.data_warnings(rule, today)],
        }
        if request.staff.has_role(*SQL_READERS):
            context["sql"] = queries.sql(rule=rule, branch_ids=branch_ids, today=today)
    except rules.RuleInvalid as refusal:
        return _wrong(request, refusal)
    return render(request, "audiences/_count.html", context)


@require_POST
@staff_door(*READERS, Role.AUDITOR)
def rule_funnel(request: StaffRequest) -> HttpResponse:
    """What each condition takes away; asked for once the exact number is known."""
    try:
        funnel = queries.funnel(
            rule=rules.read(request.POST.get("rule", "")),
            branch_ids=branch_ids_of(request),
            today=local_date(request.now),
        )
    except rules.RuleInvalid:
        return HttpResponse("")  # the count beside it says what is wrong
    return render(request, "audiences/_funnel.html", {"funnel": funnel, "steps": shown_steps(funnel)})


@require_POST
@staff_door(*SAMPLERS)
def rule_sample(request: StaffRequest) -> HttpResponse:
    """Some customers, masked."""
    today: date = local_date(request.now)
    try:
        rule = rules.read(request.POST.get("rule", ""))
        found = queries.sample(rule=rule, branch_ids=branch_ids_of(request), today=today, staff=request.staff)
    except rules.RuleInvalid as refusal:
        return _wrong(request, refusal)
    return render(request, "audiences/_sample.html", {"sample": found})


@require_POST
@staff_door(*READERS, Role.AUDITOR)
def rule_text(request: StaffRequest) -> HttpResponse:
    """The rule that a text says, or the text that says a rule: whichever was not given."""
    language = get_language() or "zh-hans"
    try:
        if "text" in request.POST:
            return JsonResponse({"rule": read_rule_text(request.POST["text"], language)})
        rule = rules.read(request.POST.get("rule", ""))
        return JsonResponse({"text": write_rule_text(rule, language)})
    except rules.RuleInvalid as refusal:
        told = {"problem": sentence_of(refusal), "offset": getattr(refusal, "offset", None)}
        return JsonResponse(told)


@require_GET
@staff_door(*READERS)
def rule_values(request: StaffRequest) -> HttpResponse:
    """Values of a text field that hold what was typed."""
    found = values_like(field=request.GET.get("field", ""), typed=request.GET.get("q", ""))
    return JsonResponse({"values": list(found)})


def branch_of(request: StaffRequest) -> Branch:
    """The branch that was asked for, by default one's own. :raises NotFound"""
    visible = Branch.objects.visible_to(request.staff)
    wanted = whole(request.POST.get("branch_id", ""))
    branch: Branch | None = visible.filter(pk=wanted).first() if wanted else request.staff.branch
    if branch is None:
        raise NotFound()
    return branch


def branch_ids_of(request: StaffRequest) -> tuple[int, ...]:
    return tuple(queries.branches_below(branch_of(request).pk))


def _counted(counting: Counting) -> dict[str, Any]:
    """``again`` is when the page asks again; never after a refusal."""
    waiting = counting.pending and not counting.refusal
    return {
        "count": counting,
        "refused": sentence_of(counting.refusal) if counting.refusal else "",
        "again": (SOON if counting.n is not None else LATER) if waiting else 0,
    }


def _wrong(request: StaffRequest, refusal: rules.RuleInvalid) -> HttpResponse:
    shows_sql = request.staff.has_role(*SQL_READERS)
    context = {"problem": sentence_of(refusal), "path": refusal.path, "without_sql": shows_sql}
    return render(request, "audiences/_count.html", context)
