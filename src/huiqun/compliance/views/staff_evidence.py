"""Evidence: seals, verification, facts, and handing them out."""

import json
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.compliance import actions, queries, seal_keys
from huiqun.compliance.models import Seal, Verification
from huiqun.compliance.rules.evidence import Problem
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date, start_of_day

READERS = (Role.AUDITOR, Role.COMPLIANCE_REVIEWER, Role.RISK_OFFICER)
LARGEST_ANCHOR = 100_000


@staff_door(*READERS)
@require_GET
def evidence(request: StaffRequest) -> HttpResponse:
    rows = Seal.objects.defer("leaves")
    context = {
        "page": keyset_page(rows, request.GET.dict(), order=("-number",), size=15),
        "summary": queries.evidence_summary(),
        "keys": sorted(seal_keys.public_keys()),
        **_latest_verification(),
    }
    return render(request, "compliance/evidence.html", context)


@staff_door(*READERS)
@require_GET
def evidence_status(request: StaffRequest) -> HttpResponse:
    """The last verification alone, asked for again and again while it runs."""
    return render(request, "compliance/_verification.html", _latest_verification())


def _latest_verification() -> dict[str, Any]:
    latest = Verification.objects.select_related("asked_by").first()
    problems = [Problem(each["code"], each["values"]) for each in latest.problems] if latest else []
    words = [_(problem.sentence) % problem.values for problem in problems[:200]]
    return {"verification": latest, "problems": words, "more_problems": max(0, len(problems) - 200)}


@staff_door(*READERS, auditor=False)
@require_POST
def evidence_verify(request: StaffRequest) -> HttpResponse:
    file = request.FILES.get("anchor")
    anchor = queries.read_anchor(file.read(LARGEST_ANCHOR)) if file else None
    actions.ask_verification(anchor=anchor, by=request.staff, now=request.now)
    messages.info(request, _("The verification is under way; its result appears here."))
    return redirect("compliance:evidence")


@staff_door(*READERS)
@require_GET
def evidence_anchor(request: StaffRequest) -> HttpResponse:
    anchor = queries.anchor()
    content = json.dumps(anchor, indent=1, ensure_ascii=False)
    return _file(content.encode(), f"huiqun-anchor-{anchor['number']}.json", "application/json")


@staff_door(*READERS, auditor=False)
@require_POST
def evidence_export(request: StaffRequest) -> HttpResponse:
    subject = request.POST.get("subject", "").strip()
    archive = actions.export_evidence(subject=subject, by=request.staff, now=request.now)
    name = f"evidence-{slugify(subject.replace(':', '-'))}-{local_date(request.now):%Y%m%d}.zip"
    return _file(archive, name, "application/zip")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@staff_door(*READERS)
@require_GET
def fact_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(_matching(request).select_related("by", "branch"), request.GET.dict(), size=30)
    context = {
        "page": page,
        "rows": [(fact, json.dumps(fact.body, ensure_ascii=False, sort_keys=True)) for fact in page.rows],
        "query": request.GET,
        "sealed_below": queries.sealed_below(),
        "today": local_date(request.now),
    }
    return render(request, "compliance/facts.html", context)


def _matching(request: StaffRequest) -> Any:
    query = request.GET
    facts = queries.visible_facts(request.staff)
    if kind := query.get("kind", "").strip():
        facts = facts.filter(kind=kind) if "." in kind else facts.filter(kind__icontains=kind)
    if subject := query.get("subject", "").strip():
        facts = facts.filter(subject=subject)
    if staff := query.get("staff", "").strip():
        facts = facts.filter(by__username=staff) | facts.filter(by__full_name=staff)
    for key, lookup, days in (("from", "at__gte", 0), ("until", "at__lt", 1)):
        try:
            day = date.fromisoformat(query.get(key, ""))
        except ValueError:
            continue
        facts = facts.filter(**{lookup: start_of_day(day + timedelta(days=days))})
    return facts
