"""Doors for writing a rule: the builder, the fields and the data it asks."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.audiences import actions, queries, rules
from huiqun.audiences.models import Audience
from huiqun.audiences.presets import PRESETS, preset
from huiqun.audiences.queries.catalogue import catalogue, groups
from huiqun.audiences.refusals import NameMissing
from huiqun.audiences.views.asking import branch_of
from huiqun.audiences.views.roles import READERS, SAMPLERS, SQL_READERS, WRITERS
from huiqun.audiences.views.words import builder_words
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import Branch
from huiqun.lib.refusal import NotFound, Refusal

EMPTY = '{\n  "all": []\n}'


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def audience_new(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _save(request, None)
    start = preset(request.GET.get("preset", ""))
    name = _(start.title) if start else ""
    rule = pretty(start.rule) if start else EMPTY
    return rule_form(request, None, name=name, rule=rule)


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
    return rule_form(request, audience, name=audience.name, rule=pretty(audience.latest.rule))


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


def _save(request: StaffRequest, audience: Audience | None) -> HttpResponse:
    name, text = request.POST.get("name", ""), request.POST.get("rule", "")
    branch_id = audience.branch_id if audience else branch_of(request).pk
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
        return rule_form(request, audience, name=name, rule=text, refusal=refusal)
    messages.success(request, _("Saved as version %(number)s.") % {"number": saved.number})
    return redirect("audiences:audience_page", saved.audience_id)


def rule_form(
    request: StaffRequest, audience: Audience | None, *, name: str, rule: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The builder with a rule in it, and with what is wrong with it."""
    context = {
        "audience": audience,
        "name": name,
        "rule": rule,
        "branch": audience.branch if audience else branch_of(request),
        "branches": Branch.objects.visible_to(request.staff),
        "catalogue": catalogue(audiences=_referable(request, audience)),
        "words": builder_words(),
        "presets": PRESETS,
        "problem": sentence_of(refusal) if refusal else "",
        "name_is_wrong": isinstance(refusal, NameMissing),
        "may_sample": request.staff.has_role(*SAMPLERS),
        "may_read_sql": request.staff.has_role(*SQL_READERS),
    }
    return render(request, "audiences/audience_form.html", context, status=refusal.status if refusal else 200)


def _referable(request: StaffRequest, audience: Audience | None) -> list[tuple[int, str]]:
    """Which audiences a rule may refer to, itself not among them."""
    chosen = queries.audience_choices(request.staff)
    return [
        (each.audience_id, each.name) for each in chosen if not audience or each.audience_id != audience.pk
    ]


def pretty(rule: Any) -> str:
    return json.dumps(rule, ensure_ascii=False, indent=2)
