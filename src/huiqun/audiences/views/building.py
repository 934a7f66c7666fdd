"""Doors for writing a rule: the builder, counting while one writes, a masked sample."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.audiences import actions, queries, rules
from huiqun.audiences.models import Audience, Delivery
from huiqun.audiences.presets import PRESETS, preset
from huiqun.audiences.queries.catalogue import catalogue, groups
from huiqun.audiences.queries.lakes import lake_state
from huiqun.audiences.refusals import NameMissing
from huiqun.audiences.views.roles import READERS, SAMPLERS, SQL_READERS, WRITERS
from huiqun.audiences.views.words import builder_words
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import Branch
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound, Refusal

EMPTY = '{\n  "all": []\n}'


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def audience_new(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _save(request, None)
    start = preset(request.GET.get("preset", ""))
    name = _(start.title) if start else ""
    rule = _pretty(start.rule) if start else EMPTY
    return _form(request, None, name=name, rule=rule)


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def audience_edit(request: StaffRequest, audience_id: int) -> HttpResponse:
    audience: Audience | None = (
        Audience.objects.visible_to(request.staff).select_related("branch").filter(pk=audience_id).first()
    )
    if audience is None:
        raise NotFound()
    if request.method == "POST":
        return _save(request, audience)
    return _form(request, audience, name=audience.name, rule=_pretty(audience.latest.rule))


@require_POST
@staff_door(*READERS)
def rule_count(request: StaffRequest) -> HttpResponse:
    """How many, in words and with the time taken; or where the rule is wrong."""
    branch_ids = _branch_ids(request)
    today = local_date(request.now)
    try:
        rule = rules.read(request.POST.get("rule", ""))
        context: dict[str, Any] = {
            "count": queries.count(rule=rule, branch_ids=branch_ids, today=today),
            "words": queries.sentence(rule, get_language() or "zh-hans"),
        }
        if request.staff.has_role(*SQL_READERS):
            context["sql"] = queries.sql(rule=rule, branch_ids=branch_ids, today=today)
    except rules.RuleInvalid as refusal:
        context = {"problem": sentence_of(refusal), "path": refusal.path}
    return render(request, "audiences/_count.html", context)


@require_POST
@staff_door(*SAMPLERS)
def rule_sample(request: StaffRequest) -> HttpResponse:
    """Some customers, masked."""
    try:
        found = queries.sample(
            rule=rules.read(request.POST.get("rule", "")),
            branch_ids=_branch_ids(request),
            today=local_date(request.now),
            staff=request.staff,
        )
    except rules.RuleInvalid as refusal:
        return render(
            request, "audiences/_count.html", {"problem": sentence_of(refusal), "path": refusal.path}
        )
    return render(request, "audiences/_sample.html", {"sample": found})


@require_GET
@staff_door(*READERS)
def rule_schema(request: StaffRequest) -> HttpResponse:
    """The JSON Schema of rules, for those who write them elsewhere."""
    return JsonResponse(rules.schema(), json_dumps_params={"indent": 1, "ensure_ascii": False})


@require_GET
@staff_door(*READERS)
def field_list(request: StaffRequest) -> HttpResponse:
    """What a rule may ask of a customer."""
    return render(request, "audiences/field_list.html", {"groups": groups()})


@require_GET
@staff_door(*READERS)
def lake_page(request: StaffRequest) -> HttpResponse:
    """How fresh the data is, and what was delivered."""
    page = keyset_page(Delivery.objects.all(), request.GET)
    return render(request, "audiences/lake_page.html", {"lake": lake_state(), "page": page})


def _save(request: StaffRequest, audience: Audience | None) -> HttpResponse:
    name, text = request.POST.get("name", ""), request.POST.get("rule", "")
    branch_id = audience.branch_id if audience else _branch(request).pk
    try:
        saved = actions.save_audience(
            name=name,
            rule=rules.read(text),
            branch_id=branch_id,
            audience_id=audience.pk if audience else None,
            by=request.staff,
            now=request.now,
        )
    except (rules.RuleInvalid, NameMissing) as refusal:
        return _form(request, audience, name=name, rule=text, refusal=refusal)
    messages.success(request, _("Saved as version %(number)s.") % {"number": saved.number})
    return redirect("audiences:audience_page", saved.audience_id)


def _form(
    request: StaffRequest, audience: Audience | None, *, name: str, rule: str, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "audience": audience,
        "name": name,
        "rule": rule,
        "branch": audience.branch if audience else _branch(request),
        "branches": Branch.objects.visible_to(request.staff),
        "catalogue": catalogue(),
        "words": builder_words(),
        "presets": PRESETS,
        "problem": sentence_of(refusal) if refusal else "",
        "name_is_wrong": isinstance(refusal, NameMissing),
        "may_sample": request.staff.has_role(*SAMPLERS),
    }
    return render(request, "audiences/audience_form.html", context, status=refusal.status if refusal else 200)


def _branch(request: StaffRequest) -> Branch:
    """The branch that was asked for, by default one's own. :raises NotFound"""
    visible = Branch.objects.visible_to(request.staff)
    wanted = whole(request.POST.get("branch_id", ""))
    branch: Branch | None = visible.filter(pk=wanted).first() if wanted else request.staff.branch
    if branch is None:
        raise NotFound()
    return branch


def _branch_ids(request: StaffRequest) -> tuple[int, ...]:
    return tuple(queries.branches_below(_branch(request).pk))


def _pretty(rule: Any) -> str:
    return json.dumps(rule, ensure_ascii=False, indent=2)
