"""Giving and taking back consent, one answer at a time."""

from datetime import datetime

from django.db import transaction

from huiqun.customers.events import ConsentGiven, ConsentTextPublished, ConsentWithdrawn
from huiqun.customers.models import Consent, ConsentRecord, ConsentText, Customer
from huiqun.customers.queries.texts import current_texts
from huiqun.customers.rules import (
    ConsentState,
    ConsentTextOutdated,
    ConsentTextTaken,
    ConsentTextUnknown,
    CustomerUnknown,
    PublishedByHeadOffice,
    consent_changes,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

BRANCH, PHONE = "branch", "phone"


@transaction.atomic
def publish_consent_text(
    *,
    channel: str,
    purpose: str,
    version: str,
    title: str,
    body: str,
    outdates: bool = False,
    now: datetime,
    by: Staff | None = None,
) -> int:
    """Publish what customers will be shown; its id. ``outdates`` ends the validity of all earlier texts
    for this channel and purpose. :raises PublishedByHeadOffice, ConsentTextTaken"""
    if by is not None and (by.branch is None or by.branch.level != 0):
        raise PublishedByHeadOffice
    texts = ConsentText.objects.select_for_update().filter(channel=channel, purpose=purpose)
    if texts.filter(version=version).exists():
        raise ConsentTextTaken(version=version)
    if outdates:
        texts.update(accepted=False)
    text = ConsentText.objects.create(
        channel=channel, purpose=purpose, version=version, title=title, body=body, published_at=now
    )
    fact = ConsentTextPublished(
        consent_text_id=text.pk, channel=channel, purpose=purpose, version=version, outdates=outdates
    )
    facts.record(fact, at=now, by=by)
    return text.pk


@transaction.atomic
def give_consent(
    *,
    customer_id: int,
    channel: str,
    purpose: str,
    text_version: str,
    source: str,
    now: datetime,
    by: Staff | None = None,
) -> bool:
    """Record that a customer agreed to a text; False when that was known already.

    :raises ConsentTextUnknown, CustomerUnknown
    """
    if not ConsentText.objects.filter(channel=channel, purpose=purpose, version=text_version).exists():
        raise ConsentTextUnknown(version=text_version)
    record = _answer(
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        state=ConsentState.GIVEN,
        text_version=text_version,
        source=source,
        now=now,
        by=by,
    )
    if record is None:
        return False
    fact = ConsentGiven(
        customer_id=customer_id,
        record_id=record.pk,
        channel=channel,
        purpose=purpose,
        text_version=text_version,
        source=source,
    )
    facts.record(fact, at=now, by=by, branch_id=record.customer.branch_id)
    return True


@transaction.atomic
def give_consent_at_branch(*, customer_id: int, text_id: int, now: datetime, by: Staff) -> bool:
    """Record what a customer agreed to before a member of staff, who showed the current text.

    :raises ConsentTextOutdated, CustomerUnknown
    """
    return _give_shown(customer_id, text_id, BRANCH, now, by)


@transaction.atomic
def give_consent_on_phone(*, customer_id: int, text_id: int, now: datetime) -> bool:
    """Record what a customer, recognised, agreed to on a page that showed the current text.

    :raises ConsentTextOutdated, CustomerUnknown
    """
    return _give_shown(customer_id, text_id, PHONE, now, None)


def _give_shown(customer_id: int, text_id: int, source: str, now: datetime, by: Staff | None) -> bool:
    text = current_texts().filter(pk=text_id).first()
    if text is None:
        raise ConsentTextOutdated
    return give_consent(
        customer_id=customer_id,
        channel=text.channel,
        purpose=text.purpose,
        text_version=text.version,
        source=source,
        now=now,
        by=by,
    )


@transaction.atomic
def withdraw_consent(
    *, customer_id: int, channel: str, purpose: str, source: str, now: datetime, by: Staff | None = None
) -> bool:
    """Record that a customer no longer agrees; False when that was known already.

    Once this has committed, nothing more is marked for sending: senders lock the same row.
    :raises CustomerUnknown
    """
    record = _answer(
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        state=ConsentState.WITHDRAWN,
        text_version="",
        source=source,
        now=now,
        by=by,
    )
    if record is None:
        return False
    fact = ConsentWithdrawn(
        customer_id=customer_id, record_id=record.pk, channel=channel, purpose=purpose, source=source
    )
    facts.record(fact, at=now, by=by, branch_id=record.customer.branch_id)
    return True


def _answer(
    *,
    customer_id: int,
    channel: str,
    purpose: str,
    state: str,
    text_version: str,
    source: str,
    now: datetime,
    by: Staff | None,
) -> ConsentRecord | None:
    """Ledger row and current row together, under the current row's lock; None when nothing is new."""
    customer = Customer.objects.only("id", "branch_id").filter(pk=customer_id).first()
    if customer is None:
        raise CustomerUnknown
    current, created = Consent.objects.select_for_update().get_or_create(
        customer=customer,
        channel=channel,
        purpose=purpose,
        defaults={"state": state, "text_version": text_version, "source": source, "at": now},
    )
    if not created:
        if not consent_changes(
            state=state,
            text_version=text_version,
            current_state=current.state,
            current_version=current.text_version,
        ):
            return None
        current.state, current.text_version, current.source, current.at = state, text_version, source, now
        current.save(update_fields=("state", "text_version", "source", "at"))
    record: ConsentRecord = ConsentRecord.objects.create(
        customer=customer,
        channel=channel,
        purpose=purpose,
        state=state,
        text_version=text_version,
        source=source,
        at=now,
        recorded_at=now,
        by=by,
    )
    return record
