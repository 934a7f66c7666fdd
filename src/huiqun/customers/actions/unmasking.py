"""Reading one identifier in the clear, for a stated purpose."""

from datetime import datetime

from django.db import transaction

from huiqun.customers.events import CustomerUnmasked
from huiqun.customers.models import Customer
from huiqun.customers.rules import (
    IDENTIFIERS,
    CustomerUnknown,
    NothingToUnmask,
    PurposeMissing,
    UnmaskPurpose,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.foundation.secrets import blind_index


@transaction.atomic
def unmask(*, customer_id: int, field: str, purpose: str, by: Staff, now: datetime, note: str = "") -> str:
    """One identifier of a customer of the person's branches. The fact keeps the purpose and a keyed
    digest of the note, never the value.

    :raises CustomerUnknown, PurposeMissing, NothingToUnmask
    """
    customer = Customer.objects.visible_to(by).only("id", "branch_id").filter(pk=customer_id).first()
    if customer is None:
        raise CustomerUnknown
    if purpose not in set(UnmaskPurpose):
        raise PurposeMissing
    if field not in IDENTIFIERS:
        raise NothingToUnmask
    value: str | None = getattr(customer, field)
    if not value:
        raise NothingToUnmask
    digest = blind_index(note, "customers.unmask_note").hex() if note.strip() else ""
    fact = CustomerUnmasked(customer_id=customer_id, field=field, purpose=purpose, note_digest=digest)
    facts.record(fact, at=now, by=by, branch_id=customer.branch_id)
    return value
