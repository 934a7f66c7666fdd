"""Doors by which rules come and go as files, and members leave the system."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.audiences import actions, queries, rules
from huiqun.audiences.forms import ExportForm, ImportForm
from huiqun.audiences.queries.exports import exports_of
from huiqun.audiences.queries.typed import export_rule, import_rule
from huiqun.audiences.refusals import PurposeMissing
from huiqun.audiences.views.building import pretty, rule_form
from huiqun.audiences.views.roles import EXPORTERS, READERS, WRITERS, may
from huiqun.audiences.views.shown import visible_audience
from huiqun.foundation.facts import PersonInFact
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.lib.days import local_date


@require_GET
@staff_door(*READERS)
def rule_export(request: StaffRequest, audience_id: int) -> HttpResponse:
    """The rule as a file for another installation."""
    of = queries.audience(audience_id, request.staff)
    response = HttpResponse(export_rule(of.name, of.rule), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audience-{audience_id}.json"'
    return response


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def rule_import(request: StaffRequest) -> HttpResponse:
    """A file that another installation wrote opens in the builder; nothing is saved before somebody saves it."""
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    if sent and form.is_valid():
        try:
            found = import_rule(form.text())
            return rule_form(request, None, name=found.name, rule=pretty(found.rule))
        except rules.RuleInvalid as refusal:
            form.add_error("file", sentence_of(refusal))
    return render(request, "audiences/rule_import.html", {"form": form}, status=422 if sent else 200)


@require_http_methods(["GET", "POST"])
@staff_door(*EXPORTERS, auditor=False)
def members_export(request: StaffRequest, audience_id: int) -> HttpResponse:
    """Customer numbers of the members as a file: what for is asked first, and kept."""
    audience = visible_audience(request, audience_id)
    sent = request.POST if request.method == "POST" else None
    form = ExportForm(sent, staff=request.staff, initial={"branch_id": audience.branch_id})
    if sent is not None and form.is_valid():
        try:
            found = actions.export_members(
                audience_id=audience_id, by=request.staff, now=request.now, **form.cleaned_data
            )
            return _file(found, audience_id)
        except (PurposeMissing, PersonInFact) as refusal:
            form.add_error("reason", sentence_of(refusal))
    today = local_date(request.now)
    context = {
        "audience": audience,
        "tab": "export",
        "form": form,
        "membership": queries.membership(audience_id=audience_id, staff=request.staff, today=today),
        "exports": exports_of(audience_id=audience_id, staff=request.staff),
        **may(request),
    }
    return render(request, "audiences/members_export.html", context, status=200 if sent is None else 422)


def _file(found: actions.MembersFile, audience_id: int) -> HttpResponse:
    response = StreamingHttpResponse(found.stream(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audience-{audience_id}-{found.mark}.csv"'
    return response  # type: ignore[return-value]
