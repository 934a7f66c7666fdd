"""Pledges: written, made public by somebody else, paid with receipts; and the tally that anybody may see."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from huiqun.benefits import actions
from huiqun.benefits.models import Pledge
from huiqun.benefits.models.pledges import PLEDGE_STATE_COLOURS, PLEDGE_STATE_LABELS
from huiqun.benefits.queries.pledges import (
    paid_by_pledge,
    pledge_rows,
    public_pledge,
    tally,
    visible_pledge,
    visible_transfer,
)
from huiqun.benefits.rules.pledges import (
    BEGINNINGS,
    PledgeStands,
    PledgeState,
    PledgeStateWrong,
    PledgeWrong,
)
from huiqun.benefits.views.pledge_forms import PledgeForm, TransferForm, initial_of
from huiqun.benefits.views.roles import APPROVERS, LEDGER_READERS, PAYERS, WRITERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, public_door, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@require_GET
@staff_door(*LEDGER_READERS)
def pledge_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "state")}
    page = keyset_page(pledge_rows(staff=request.staff, **asked), request.GET)
    paid = paid_by_pledge([row.pk for row in page.rows])
    context = {
        "page": page,
        "pledges": [
            (row, PLEDGE_STATE_COLOURS[PledgeState(row.state)], paid.get(row.pk, 0)) for row in page.rows
        ],
        "asked": asked,
        "states": PLEDGE_STATE_LABELS.items(),
        "may_write": request.staff.has_role(*WRITERS),
    }
    return render(request, "benefits/pledge_list.html", context)


@require_GET
@staff_door(*LEDGER_READERS)
def pledge_page(request: StaffRequest, pledge_id: int) -> HttpResponse:
    return _page(request, visible_pledge(pledge_id, request.staff), TransferForm())


def _page(request: StaffRequest, pledge: Pledge, form: TransferForm) -> HttpResponse:
    own = request.staff.pk in (pledge.author_id, pledge.submitter_id)
    counted = tally(pledge)
    context = {
        "pledge": pledge,
        "tally": counted,
        "open_fen": counted.due_fen - counted.paid_fen,
        "colour": PLEDGE_STATE_COLOURS[PledgeState(pledge.state)],
        "is_over": local_date(request.now) > pledge.last_date,
        "may_write": request.staff.has_role(*WRITERS),
        "may_decide": request.staff.has_role(*APPROVERS) and not own,
        "may_settle": request.staff.has_role(*APPROVERS),
        "may_pay": request.staff.has_role(*PAYERS),
        "form": form,
        "timeline": facts.about("pledge", pledge.pk)[:50],
    }
    return render(request, "benefits/pledge_page.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def pledge_new(request: StaffRequest) -> HttpResponse:
    return _written(request, PledgeForm(request.POST or None, staff=request.staff))


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def pledge_edit(request: StaffRequest, pledge_draft_id: int) -> HttpResponse:
    pledge = visible_pledge(pledge_draft_id, request.staff)
    if pledge.state != PledgeState.DRAFT:
        raise PledgeStands()
    form = PledgeForm(request.POST or None, staff=request.staff, initial=initial_of(pledge))
    return _written(request, form, pledge=pledge)


@require_POST
@staff_door(*WRITERS, auditor=False)
def pledge_submit(request: StaffRequest, pledge_id: int) -> HttpResponse:
    actions.submit_pledge(pledge_id=pledge_id, by=request.staff, now=request.now)
    return _back(request, pledge_id, _("Submitted: the terms stand until somebody has decided."))


@require_POST
@staff_door(*APPROVERS, auditor=False)
def pledge_open(request: StaffRequest, pledge_id: int) -> HttpResponse:
    digest_seen = request.POST.get("digest", "")
    actions.open_pledge(pledge_id=pledge_id, digest_seen=digest_seen, by=request.staff, now=request.now)
    return _back(request, pledge_id, _("The pledge is public and is being counted."))


@require_POST
@staff_door(*APPROVERS, auditor=False)
def pledge_send_back(request: StaffRequest, pledge_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.send_back_pledge(pledge_id=pledge_id, reason=reason, by=request.staff, now=request.now)
    return _back(request, pledge_id, _("Sent back: it may be changed again."))


@require_POST
@staff_door(*PAYERS, auditor=False)
def pledge_pay(request: StaffRequest, pledge_id: int) -> HttpResponse:
    """Record a payment with its receipt."""
    pledge = visible_pledge(pledge_id, request.staff)
    if pledge.state != PledgeState.OPEN:
        raise PledgeStateWrong()
    form = TransferForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.record_transfer(pledge_id=pledge_id, **form.payment(), by=request.staff, now=request.now)
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return _back(request, pledge_id, _("The payment is recorded."))
    return _page(request, pledge, form)


@require_POST
@staff_door(*APPROVERS, auditor=False)
def pledge_settle(request: StaffRequest, pledge_id: int) -> HttpResponse:
    actions.settle_pledge(pledge_id=pledge_id, by=request.staff, now=request.now)
    return _back(request, pledge_id, _("Settled: what was promised has been paid."))


@require_GET
@staff_door(*LEDGER_READERS)
def pledge_receipt(request: StaffRequest, transfer_id: int) -> HttpResponse:
    transfer = visible_transfer(transfer_id, request.staff)
    content = bytes(transfer.file)
    form = next((name for start, name in BEGINNINGS.items() if content.startswith(start)), "pdf")
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="receipt-{transfer_id}.{form}"'
    return response


@require_safe
@public_door(reason="a pledge is a promise in public: its sums are for everybody, and hold no person")
def pledge_tally(request: HttpRequest, pledge_id: int) -> HttpResponse:
    counted = tally(public_pledge(pledge_id))
    return render(request, "benefits/pledge_tally.html", {"pledge": counted.pledge, "tally": counted})


def _back(request: StaffRequest, pledge_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("benefits:pledge_page", pledge_id)


def _written(request: StaffRequest, form: PledgeForm, pledge: Pledge | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        branch_id = form.cleaned_data["branch"].pk
        given: dict[str, Any] = {"terms": form.terms(), "branch_id": branch_id, "by": request.staff}
        try:
            pledge_id = actions.write_pledge(
                **given, now=request.now, pledge_id=pledge.pk if pledge else None
            )
        except PledgeWrong as refusal:
            form.refuse(refusal.field, sentence_of(refusal))
        else:
            return _back(request, pledge_id, _("Saved."))
    status = 422 if request.method == "POST" else 200
    return render(request, "benefits/pledge_form.html", {"form": form, "pledge": pledge}, status=status)
