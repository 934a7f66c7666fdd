"""A customer comes to their own pages: with a code to the number on file, or vouched for by the bank's app."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from huiqun.customers import queries as customers
from huiqun.delivery.actions.codes import open_visit, send_code
from huiqun.delivery.events import CustomerRecognised
from huiqun.delivery.models import PhoneCode
from huiqun.delivery.queries.codes import digest_of, visitor
from huiqun.delivery.rules.codes import LONGEST_VISIT_SECONDS, VISIT_SECONDS
from huiqun.delivery.rules.refusals import CodesTooMany, CodeWrong, NoWayToSendACode, TicketInvalid
from huiqun.delivery.rules.tickets import read_ticket
from huiqun.foundation import facts
from huiqun.foundation.secrets import keyed_digest
from huiqun.lib.channels import Channel

VISIT = timedelta(seconds=VISIT_SECONDS)


def ask_for_code(*, contact: str, now: datetime) -> None:
    """Send a code to whose number this is. Says nothing of whether there is such a customer, or how often they have
    asked: anybody may type any number."""
    customer_id = _whose(contact)
    if customer_id is None:
        return
    try:
        send_code(customer_id=customer_id, now=now)
    except (CodesTooMany, NoWayToSendACode):
        return


def sign_in(*, contact: str, code: str, now: datetime) -> str:
    """The secret of the visit that the code opens. :raises CodeWrong"""
    customer_id = _whose(contact)
    if customer_id is None:
        raise CodeWrong
    return open_visit(customer_id=customer_id, code=code, now=now)


def _whose(contact: str) -> int | None:
    """A number that several customers share says not who is there; they come by the bank's app."""
    found = customers.customer_ids_by_contact(channel=Channel.SMS, contact=contact)
    return found[0] if len(found) == 1 else None


@transaction.atomic
def enter_by_ticket(*, ticket: str, now: datetime) -> str:
    """The secret of the visit that a ticket of the bank's app opens, once. :raises TicketInvalid"""
    number = read_ticket(ticket, key=settings.HUIQUN_APP_KEY, now=now)
    customer_id = customers.customer_ids_by_number([number]).get(number)
    if customer_id is None:
        raise TicketInvalid
    # Always the same for a ticket, so that the unique digest of its visit lets it in once only.
    secret = keyed_digest("delivery.ticket", ticket)
    try:
        with transaction.atomic():
            PhoneCode.objects.create(
                customer_id=customer_id,
                code_digest=digest_of("ticket", ticket),
                made_at=now,
                until_at=now,
                used_at=now,
                visit_digest=digest_of("visit", secret),
                visit_until_at=now + VISIT,
            )
    except IntegrityError as used:
        raise TicketInvalid from used
    facts.record(CustomerRecognised(customer_id=customer_id), at=now)
    return secret


def recognise(*, secret: str, now: datetime) -> int | None:
    """Whose visit this is; a visit goes on while it is used, half a day at most."""
    visit = visitor(secret=secret, now=now)
    if visit is None or visit.used_at is None or visit.visit_until_at is None:
        return None
    longest = visit.used_at + timedelta(seconds=LONGEST_VISIT_SECONDS)
    if visit.visit_until_at - now < VISIT / 2 and visit.visit_until_at < longest:
        PhoneCode.objects.filter(pk=visit.pk, visit_until_at__gt=now).update(
            visit_until_at=min(now + VISIT, longest)
        )
    return int(visit.customer_id)
