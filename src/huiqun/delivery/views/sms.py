"""What an SMS account has registered with the operators: administrators keep it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.delivery import actions
from huiqun.delivery.models import ChannelAccount, SmsProof, SmsSignature, SmsTemplate, SmsTerms
from huiqun.delivery.queries.accounts import visible_account
from huiqun.delivery.rules.refusals import NotAnSmsAccount
from huiqun.delivery.views.sms_forms import DecisionForm, SignatureForm, TemplateForm, TermsForm
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.roles import Role
from huiqun.lib.channels import Channel
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.scans import MOST_BYTES


@require_GET
@staff_door(Role.ADMINISTRATOR)
def sms_page(request: StaffRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)
    context = {
        "account": account,
        "terms": SmsTerms.objects.filter(pk=account_id).first() or SmsTerms(account=account),
        "signatures": SmsSignature.objects.filter(account=account),
        "proofs": set(
            SmsProof.objects.filter(signature__account=account).values_list("signature_id", flat=True)
        ),
        "templates": SmsTemplate.objects.filter(account=account),
        "timeline": facts.about("account", account_id)[:20],
        "may_write": request.staff.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "delivery/sms_page.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def sms_terms(request: StaffRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)
    terms = SmsTerms.objects.filter(pk=account_id).first() or SmsTerms(account=account)
    form = TermsForm(request.POST or None, initial=TermsForm.initial_of(terms))

    def save(values: dict[str, Any]) -> None:
        actions.save_sms_terms(account_id=account_id, **values, by=request.staff, now=request.now)

    return _form(request, account, form, _("What the account demands"), save)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def signature_new(request: StaffRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)

    def save(values: dict[str, Any]) -> None:
        _apply(request, values, account_id=account_id)

    form = SignatureForm(request.POST or None, request.FILES or None)
    return _form(request, account, form, _("Register a signature"), save)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def signature_edit(request: StaffRequest, signature_id: int) -> HttpResponse:
    """Once more, after a refusal or before the operator has decided."""
    row = _of(SmsSignature.objects.visible_to(request.staff), signature_id)
    initial = {"text": row.text, "right": row.right, "proof": row.proof}

    def save(values: dict[str, Any]) -> None:
        _apply(request, values, account_id=row.account_id, signature_id=row.pk)

    form = SignatureForm(request.POST or None, request.FILES or None, initial=initial)
    return _form(request, row.account, form, _("Apply once more"), save)


def _apply(request: StaffRequest, values: dict[str, Any], **of: Any) -> None:
    file = values.pop("file")
    given = (file.name or "", file.read(MOST_BYTES + 1)) if file else None
    actions.apply_with_proof(**of, **values, file=given, by=request.staff, now=request.now)


@require_GET
@staff_door(Role.ADMINISTRATOR)
def signature_proof(request: StaffRequest, signature_id: int) -> HttpResponse:
    """The file as it was given, to be opened outside this site."""
    row = _of(SmsSignature.objects.visible_to(request.staff), signature_id)
    proof = SmsProof.objects.filter(signature=row).first()
    if proof is None:
        raise NotFound
    extension = proof.media_type.rpartition("/")[2]
    response = HttpResponse(bytes(proof.content), content_type=proof.media_type)
    response["Content-Disposition"] = (
        f'attachment; filename="signature-{row.pk}-{proof.digest[:8]}.{extension}"'
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def signature_decide(request: StaffRequest, signature_id: int) -> HttpResponse:
    row = _of(SmsSignature.objects.visible_to(request.staff), signature_id)

    def save(values: dict[str, Any]) -> None:
        values.pop("number", None)
        actions.decide_signature(signature_id=row.pk, **values, by=request.staff, now=request.now)

    form = DecisionForm(request.POST or None, initial=_decided(row), of_template=False)
    return _form(request, row.account, form, _("What the operator says"), save, about=row.text)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def template_new(request: StaffRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)

    def save(values: dict[str, Any]) -> None:
        actions.apply_for_template(account_id=account_id, **values, by=request.staff, now=request.now)

    return _form(request, account, TemplateForm(request.POST or None), _("Register a template"), save)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def template_edit(request: StaffRequest, template_id: int) -> HttpResponse:
    row = _of(SmsTemplate.objects.visible_to(request.staff), template_id)

    def save(values: dict[str, Any]) -> None:
        actions.apply_for_template(
            account_id=row.account_id, template_id=row.pk, **values, by=request.staff, now=request.now
        )

    form = TemplateForm(request.POST or None, initial={"name": row.name, "text": row.text})
    return _form(request, row.account, form, _("Apply once more"), save)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def template_decide(request: StaffRequest, template_id: int) -> HttpResponse:
    row = _of(SmsTemplate.objects.visible_to(request.staff), template_id)

    def save(values: dict[str, Any]) -> None:
        actions.decide_template(template_id=row.pk, **values, by=request.staff, now=request.now)

    initial = {**_decided(row), "number": row.number}
    form = DecisionForm(request.POST or None, initial=initial, of_template=True)
    return _form(request, row.account, form, _("What the operator says"), save, about=row.text)


def _decided(row: SmsSignature | SmsTemplate) -> dict[str, Any]:
    state = "approved" if row.state == "applied" else row.state
    return {"state": state, "note": row.note, "valid_until_date": row.valid_until_date}


def _account(request: StaffRequest, account_id: int) -> ChannelAccount:
    account = visible_account(account_id, request.staff)
    if account.channel != Channel.SMS:
        raise NotAnSmsAccount
    return account


def _of(rows: Any, pk: int) -> Any:
    row = rows.select_related("account").filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _form(
    request: StaffRequest,
    account: ChannelAccount,
    form: forms.Form,
    title: str,
    save: Callable[[dict[str, Any]], None],
    *,
    about: str = "",
) -> HttpResponse:
    """One form like the others: saved, back on the account's page; refused, the sentence above the fields."""
    if request.method == "POST" and form.is_valid():
        try:
            save(dict(form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("delivery:sms_page", account.pk)
    context = {"account": account, "form": form, "title": title, "about": about}
    return render(request, "delivery/sms_form.html", context, status=422 if form.errors else 200)
