"""Whether a customer on the phone is recognised, and where the code went."""

from datetime import datetime

from django.db.models import F

from huiqun.customers import queries as customers
from huiqun.delivery.models import PhoneCode
from huiqun.delivery.rules.codes import TRIES
from huiqun.foundation.secrets import keyed_digest
from huiqun.lib.channels import Channel
from huiqun.lib.masking import mask_email, mask_phone


def digest_of(*parts: str) -> str:
    return keyed_digest("delivery.code", *parts)


def is_recognised(*, customer_id: int, secret: str, now: datetime) -> bool:
    """Whether the visit with this secret is the customer's and not over."""
    visit = visitor(secret=secret, now=now)
    return visit is not None and visit.customer_id == customer_id


def visitor(*, secret: str, now: datetime) -> PhoneCode | None:
    """The visit with this secret, while it lasts."""
    if not secret:
        return None
    return PhoneCode.objects.filter(visit_digest=digest_of("visit", secret), visit_until_at__gt=now).first()


def has_proved(*, customer_id: int, since: datetime) -> bool:
    """Whether the customer has given a one-time code since then. A ticket of the app, whose code is used up as it is
    made, proves no phone at hand."""
    given = PhoneCode.objects.filter(customer_id=customer_id, used_at__gte=since)
    return given.filter(used_at__lt=F("until_at")).exists()


def code_waits(*, customer_id: int, now: datetime) -> bool:
    """Whether there is a code that could still be given."""
    return PhoneCode.objects.filter(
        customer_id=customer_id, used_at=None, until_at__gt=now, tries__lt=TRIES
    ).exists()


def masked_contact(customer_id: int) -> str:
    """Where codes go first, masked; "" when the bank has no number or address."""
    for channel, mask in ((Channel.SMS, mask_phone), (Channel.EMAIL, mask_email)):
        known = customers.addressees(customer_ids=[customer_id], channel=channel, with_names=False)
        if customer_id in known:
            return mask(known[customer_id].contact)
    return ""
