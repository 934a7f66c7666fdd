"""Contracts: drawn up by one person, put in force by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.lib.days import local_date
from huiqun.lib.masking import mask_card
from huiqun.lib.scans import MOST_BYTES
from huiqun.partners import actions, queries
from huiqun.partners.models import Contract, ContractPaper
from huiqun.partners.rules import ContractState
from huiqun.partners.rules.refusals import PaperUnreadable, PartnerNotFound, PartnerRefusal
from huiqun.partners.views.contract_states import shown
from huiqun.partners.views.forms import ContractForm, initial_of
from huiqun.partners.views.roles import CONFIRMERS, EDITORS, READERS


@require_http_methods(["GET", "POST"])
@staff_door(*EDITORS, auditor=False)
def contract_new(request: StaffRequest, partner_id: int) -> HttpResponse:
    partner = queries.editable_partner(partner_id, request.staff)
    form = ContractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contract_id = actions.draft_contract(
                partner_id=partner_id, terms=form.terms(), by=request.staff, now=request.now
            )
        except PartnerRefusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("The draft is kept. Add the signed paper; then a second person confirms.")
            )
            return redirect("partners:contract_page", contract_id)
    return _form(request, form, partner=partner)


@require_http_methods(["GET", "POST"])
@staff_door(*EDITORS, auditor=False)
def contract_edit(request: StaffRequest, contract_id: int) -> HttpResponse:
    contract = _own(contract_id, request)
    form = ContractForm(request.POST or None, initial=initial_of(contract))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contract(
                contract_id=contract_id, terms=form.terms(), by=request.staff, now=request.now
            )
        except PartnerRefusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("partners:contract_page", contract_id)
    return _form(request, form, partner=contract.partner, contract=contract)


def _own(contract_id: int, request: StaffRequest) -> Contract:
    contract = queries.visible_contract(contract_id, request.staff)
    if not queries.may_edit(contract.partner_id, request.staff):
        raise PartnerNotFound()
    return contract


def _form(request: StaffRequest, form: ContractForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "partners/contract_form.html", {"form": form, **context}, status=status)


@require_GET
@staff_door(*READERS)
def contract_page(request: StaffRequest, contract_id: int) -> HttpResponse:
    contract = queries.visible_contract(contract_id, request.staff)
    staff, paper = request.staff, ContractPaper.objects.defer("content").filter(pk=contract_id).first()
    own = queries.may_edit(contract.partner_id, staff)
    is_draft = contract.state == ContractState.DRAFT
    may_confirm = own and is_draft and staff.has_role(*CONFIRMERS) and contract.changed_by_id != staff.pk
    sees_account = own and staff.has_role(*EDITORS, *CONFIRMERS)
    number = contract.account_number or ""
    context = {
        "partner": contract.partner,
        "paper": paper,
        "account": number if sees_account else mask_card(number),
        "may_write": own and staff.has_role(*EDITORS) and is_draft,
        "may_end": own and staff.has_role(*EDITORS) and contract.state == ContractState.IN_FORCE,
        "may_confirm": may_confirm,
        "seen_digest": actions.confirmed_digest(contract, paper.digest) if paper else "",
        **shown(contract, local_date(request.now)),
    }
    return render(request, "partners/contract_page.html", context)


@require_GET
@staff_door(*READERS)
def contract_paper(request: StaffRequest, contract_id: int) -> HttpResponse:
    """The file as it was given, to be opened outside this site."""
    paper = queries.paper(contract_id, request.staff)
    extension = paper.media_type.rpartition("/")[2]
    response = HttpResponse(bytes(paper.content), content_type=paper.media_type)
    name = f"contract-{contract_id}-{paper.digest[:8]}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@staff_door(*EDITORS, auditor=False)
def paper_keep(request: StaffRequest, contract_id: int) -> HttpResponse:
    _own(contract_id, request)
    file = request.FILES.get("file")
    if file is None:
        raise PaperUnreadable()
    actions.keep_paper(
        contract_id=contract_id,
        file_name=file.name or "",
        content=file.read(MOST_BYTES + 1),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The paper is kept."))
    return redirect("partners:contract_page", contract_id)


@require_POST
@staff_door(*CONFIRMERS, auditor=False)
def contract_confirm(request: StaffRequest, contract_id: int) -> HttpResponse:
    actions.confirm_contract(
        contract_id=contract_id,
        seen_digest=request.POST.get("seen", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The contract is confirmed. Benefits may name this partner."))
    return redirect("partners:contract_page", contract_id)


@require_POST
@staff_door(*EDITORS, auditor=False)
def contract_end(request: StaffRequest, contract_id: int) -> HttpResponse:
    actions.end_contract(
        contract_id=contract_id, reason=request.POST.get("reason", ""), by=request.staff, now=request.now
    )
    messages.success(request, _("The contract has ended. What customers hold is still served and settled."))
    return redirect("partners:contract_page", contract_id)
