"""Keeping the register. Who may: marketers and administrators, for their own branch and below."""

from datetime import datetime
from typing import cast

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import ApiKey, Branch, Staff
from huiqun.lib.refusal import NotFound
from huiqun.partners.events import (
    PartnerChanged,
    PartnerKeyBound,
    PartnerKeyReleased,
    PartnerRegistered,
    PartnerResumed,
    PartnerSuspended,
)
from huiqun.partners.models import ClerkSession, Contact, Partner, PartnerKey
from huiqun.partners.rules import PARTNER_SCOPES, PartnerKind, PartnerState, is_credit_code
from huiqun.partners.rules.refusals import (
    ContactIncomplete,
    CreditCodeTaken,
    CreditCodeWrong,
    KeyBoundElsewhere,
    KeyOpensMore,
    PartnerIncomplete,
    PartnerNotActive,
    PartnerNotFound,
    ReasonNeeded,
    StateWrong,
)


@transaction.atomic
def register_partner(
    *, name: str, credit_code: str, kind: str, branch_id: int, by: Staff, now: datetime
) -> int:
    """Its id. :raises PartnerIncomplete, CreditCodeWrong, CreditCodeTaken, NotFound"""
    values = _checked(name, credit_code, kind)
    if not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    if Partner.objects.filter(credit_code=values["credit_code"]).exists():
        raise CreditCodeTaken()
    partner = Partner.objects.create(**values, branch_id=branch_id, created_at=now, updated_at=now)
    event = PartnerRegistered(partner_id=partner.pk, partner_kind=kind)
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return int(partner.pk)


@transaction.atomic
def change_partner(
    *, partner_id: int, name: str, credit_code: str, kind: str, by: Staff, now: datetime
) -> None:
    """:raises PartnerNotFound, PartnerIncomplete, CreditCodeWrong, CreditCodeTaken"""
    partner = own_partner(partner_id, by)
    values = _checked(name, credit_code, kind)
    changed = tuple(sorted(key for key, value in values.items() if getattr(partner, key) != value))
    if not changed:
        return
    if Partner.objects.filter(credit_code=values["credit_code"]).exclude(pk=partner_id).exists():
        raise CreditCodeTaken()
    Partner.objects.filter(pk=partner_id).update(**values, updated_at=now)
    facts.record(
        PartnerChanged(partner_id=partner_id, changed=changed), at=now, by=by, branch_id=partner.branch_id
    )


def _checked(name: str, credit_code: str, kind: str) -> dict[str, str]:
    values = {"name": name.strip(), "credit_code": credit_code.strip().upper(), "kind": kind}
    if not values["name"] or kind not in set(PartnerKind):
        raise PartnerIncomplete()
    if not is_credit_code(values["credit_code"]):
        raise CreditCodeWrong()
    return values


@transaction.atomic
def suspend_partner(
    *, partner_id: int, reason: str, by: Staff, now: datetime, for_good: bool = False
) -> None:
    """Shut out its clerks and programs at once. :raises PartnerNotFound, ReasonNeeded, StateWrong"""
    partner = own_partner(partner_id, by)
    if not reason.strip():
        raise ReasonNeeded()
    state = PartnerState.ENDED if for_good else PartnerState.SUSPENDED
    if partner.state in (state, PartnerState.ENDED):
        raise StateWrong()
    partner.state, partner.state_reason, partner.updated_at = state, reason.strip(), now
    partner.save(update_fields=("state", "state_reason", "updated_at"))
    ClerkSession.objects.filter(clerk__partner=partner_id, ended_at=None).update(ended_at=now)
    event = PartnerSuspended(partner_id=partner_id, for_good=for_good, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=partner.branch_id)


@transaction.atomic
def resume_partner(*, partner_id: int, by: Staff, now: datetime) -> None:
    """:raises PartnerNotFound, StateWrong unless it is suspended"""
    partner = own_partner(partner_id, by)
    if partner.state != PartnerState.SUSPENDED:
        raise StateWrong()
    partner.state, partner.state_reason, partner.updated_at = PartnerState.ACTIVE, "", now
    partner.save(update_fields=("state", "state_reason", "updated_at"))
    facts.record(PartnerResumed(partner_id=partner_id), at=now, by=by, branch_id=partner.branch_id)


@transaction.atomic
def add_contact(
    *, partner_id: int, name: str, duty: str, phone: str, email: str, by: Staff, now: datetime
) -> int:
    """:raises PartnerNotFound, ContactIncomplete"""
    partner = own_partner(partner_id, by)
    given = {"name": name.strip(), "phone": phone.strip(), "email": email.strip()}
    if not given["name"] or not (given["phone"] or given["email"]):
        raise ContactIncomplete()
    contact = Contact.objects.create(
        partner=partner, duty=duty.strip()[:60], **{key: value or None for key, value in given.items()}
    )
    event = PartnerChanged(partner_id=partner_id, changed=("contacts",))
    facts.record(event, at=now, by=by, branch_id=partner.branch_id)
    return int(contact.pk)


@transaction.atomic
def remove_contact(*, contact_id: int, by: Staff, now: datetime) -> int:
    """The partner's id. :raises PartnerNotFound"""
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise PartnerNotFound()
    partner = own_partner(contact.partner_id, by)
    contact.delete()
    event = PartnerChanged(partner_id=partner.pk, changed=("contacts",))
    facts.record(event, at=now, by=by, branch_id=partner.branch_id)
    return int(partner.pk)


@transaction.atomic
def bind_key(*, partner_id: int, api_key_id: int, by: Staff, now: datetime) -> None:
    """From now on the key acts for this partner. :raises PartnerNotFound, NotFound, KeyOpensMore, KeyBoundElsewhere"""
    partner = own_partner(partner_id, by)
    if not partner.is_active:
        raise PartnerNotActive()
    keys = ApiKey.objects.visible_to(by).select_for_update(of=("self",))
    key = keys.filter(pk=api_key_id, revoked_at=None).first()
    if key is None:
        raise NotFound()
    if not set(key.scopes) <= PARTNER_SCOPES:
        raise KeyOpensMore()
    if PartnerKey.objects.filter(api_key=key).exists():
        raise KeyBoundElsewhere()
    PartnerKey.objects.create(api_key=key, partner=partner, bound_by=by, bound_at=now)
    event = PartnerKeyBound(partner_id=partner_id, api_key_id=api_key_id)
    facts.record(event, at=now, by=by, branch_id=partner.branch_id)


@transaction.atomic
def release_key(*, partner_id: int, api_key_id: int, by: Staff, now: datetime) -> None:
    """The key opens nothing of the partner's any more. :raises PartnerNotFound"""
    partner = own_partner(partner_id, by)
    if PartnerKey.objects.filter(api_key=api_key_id, partner=partner).delete()[0]:
        event = PartnerKeyReleased(partner_id=partner_id, api_key_id=api_key_id)
        facts.record(event, at=now, by=by, branch_id=partner.branch_id)


def own_partner(partner_id: int, by: Staff) -> Partner:
    """Locked. :raises PartnerNotFound outside the person's own scope; partners of branches above are read only"""
    rows = Partner.objects.editable_by(by).select_for_update(of=("self",))
    partner = rows.filter(pk=partner_id).first()
    if partner is None:
        raise PartnerNotFound()
    return cast(Partner, partner)
