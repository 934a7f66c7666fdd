"""Signatures and templates: applied for, and decided by the operator, whose word an administrator enters."""

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from huiqun.delivery.events import (
    SmsSignatureApplied,
    SmsSignatureDecided,
    SmsTemplateApplied,
    SmsTemplateDecided,
    SmsTermsSaved,
)
from huiqun.delivery.models import ChannelAccount, SmsSignature, SmsTemplate, SmsTerms
from huiqun.delivery.models.sms import RegistrationState
from huiqun.delivery.rules.refusals import (
    NotAnSmsAccount,
    RegistrationSettled,
    RegistrationTaken,
    TemplateNumberMissing,
)
from huiqun.delivery.rules.sms_templates import check_signature_text, check_template_text
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel
from huiqun.lib.refusal import NotFound

Registered = TypeVar("Registered", SmsSignature, SmsTemplate)
OPEN = (RegistrationState.APPLIED, RegistrationState.REFUSED)
"""What may still be changed: the operator has not let it pass."""


@transaction.atomic
def save_sms_terms(
    *,
    account_id: int,
    demands: str,
    signature_as: str,
    template_as: str,
    price: int,
    by: Staff,
    now: datetime,
) -> None:
    """What the account demands, and the price of a thousand segments in fen. :raises NotFound, NotAnSmsAccount"""
    account = _account(account_id, by)
    values = {"demands": demands, "signature_as": signature_as, "template_as": template_as, "price": price}
    SmsTerms.objects.update_or_create(account=account, defaults=values)
    saved = SmsTermsSaved(account_id=account_id, demands=demands, price=price)
    facts.record(saved, at=now, by=by, branch_id=account.branch_id)


@transaction.atomic
def apply_for_signature(
    *,
    account_id: int,
    text: str,
    right: str,
    proof: str,
    by: Staff,
    now: datetime,
    signature_id: int | None = None,
) -> int:
    """A new signature, or one that was refused once more; its id.

    :raises NotFound, NotAnSmsAccount, SignatureUnreadable, RegistrationTaken, RegistrationSettled
    """
    account = _account(account_id, by)
    check_signature_text(text)
    row = SmsSignature(account=account) if signature_id is None else _locked(SmsSignature, signature_id, by)
    _check_open(row)
    if SmsSignature.objects.filter(account=account, text=text).exclude(pk=row.pk).exists():
        raise RegistrationTaken(name=text)
    row.text, row.right, row.proof = text, right, proof
    _applied(row, by, now)
    fact = SmsSignatureApplied(account_id=account_id, signature_id=row.pk)
    facts.record(fact, at=now, by=by, branch_id=account.branch_id)
    return int(row.pk)


@transaction.atomic
def decide_signature(
    *,
    signature_id: int,
    state: str,
    note: str = "",
    valid_until_date: date | None = None,
    by: Staff | None,
    now: datetime,
) -> None:
    """Enter what the operator said: approved, refused, or expired. :raises NotFound"""
    row = _locked(SmsSignature, signature_id, by)
    _decided(row, state, note, valid_until_date, now)
    row.save()
    fact = SmsSignatureDecided(account_id=row.account_id, signature_id=row.pk, state=state)
    facts.record(fact, at=now, by=by, branch_id=row.account.branch_id)


@transaction.atomic
def apply_for_template(
    *, account_id: int, name: str, text: str, by: Staff, now: datetime, template_id: int | None = None
) -> int:
    """A new template, or one that was refused once more; its id.

    :raises NotFound, NotAnSmsAccount, TemplateUnreadable, RegistrationTaken, RegistrationSettled
    """
    account = _account(account_id, by)
    check_template_text(text)
    row = SmsTemplate(account=account) if template_id is None else _locked(SmsTemplate, template_id, by)
    _check_open(row)
    if SmsTemplate.objects.filter(account=account, name=name).exclude(pk=row.pk).exists():
        raise RegistrationTaken(name=name)
    row.name, row.text, row.number = name, text, ""
    _applied(row, by, now)
    fact = SmsTemplateApplied(account_id=account_id, template_id=row.pk)
    facts.record(fact, at=now, by=by, branch_id=account.branch_id)
    return int(row.pk)


@transaction.atomic
def decide_template(
    *,
    template_id: int,
    state: str,
    number: str = "",
    note: str = "",
    valid_until_date: date | None = None,
    by: Staff | None,
    now: datetime,
) -> None:
    """Enter what the operator said; an approved template has a number.

    :raises NotFound, TemplateNumberMissing, RegistrationTaken
    """
    row = _locked(SmsTemplate, template_id, by)
    row.number = number.strip() or row.number
    if state == RegistrationState.APPROVED and not row.number:
        raise TemplateNumberMissing
    same = SmsTemplate.objects.filter(account_id=row.account_id, number=row.number).exclude(pk=row.pk)
    if row.number and same.exists():
        raise RegistrationTaken(name=row.number)
    _decided(row, state, note, valid_until_date, now)
    row.save()
    fact = SmsTemplateDecided(account_id=row.account_id, template_id=row.pk, state=state)
    facts.record(fact, at=now, by=by, branch_id=row.account.branch_id)


def expire_registrations(*, on: date, now: datetime) -> int:
    """End what was approved until a day that has passed; how many. What is sent obeys the day itself."""
    ended = {"state": RegistrationState.APPROVED, "valid_until_date__lt": on}
    signatures = list(SmsSignature.objects.filter(**ended).order_by("pk"))
    templates = list(SmsTemplate.objects.filter(**ended).order_by("pk"))
    for row in signatures:
        decide_signature(
            signature_id=row.pk, state="expired", valid_until_date=row.valid_until_date, by=None, now=now
        )
    for row in templates:
        decide_template(
            template_id=row.pk, state="expired", valid_until_date=row.valid_until_date, by=None, now=now
        )
    return len(signatures) + len(templates)


def _account(account_id: int, by: Staff) -> ChannelAccount:
    accounts = ChannelAccount.objects.visible_to(by).select_for_update(of=("self",))
    account: ChannelAccount | None = accounts.filter(pk=account_id).first()
    if account is None:
        raise NotFound
    if account.channel != Channel.SMS:
        raise NotAnSmsAccount
    return account


def _locked(model: type[Registered], number: int, by: Staff | None) -> Registered:
    rows = model.objects.visible_to(by) if by else model.objects.all()
    row: Registered | None = rows.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _check_open(row: SmsSignature | SmsTemplate) -> None:
    if row.pk is not None and row.state not in OPEN:
        raise RegistrationSettled


def _applied(row: SmsSignature | SmsTemplate, by: Staff, now: datetime) -> None:
    row.state, row.note, row.applied_by, row.applied_at = RegistrationState.APPLIED, "", by, now
    row.decided_at, row.valid_until_date = None, None
    row.save()


def _decided(
    row: SmsSignature | SmsTemplate, state: str, note: str, valid_until_date: date | None, now: datetime
) -> None:
    row.state, row.note, row.decided_at = RegistrationState(state), note, now
    row.valid_until_date = valid_until_date
