"""The bank's app vouches for a customer: a ticket, signed with the key that app and platform share, good once and
for a minute.

A ticket is ``base64url(JSON {"customer": number, "at": unix seconds, "nonce": text}) + "." + hex(HMAC-SHA256)``,
the signature over the part before the dot.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from huiqun.delivery.rules.refusals import TicketInvalid

TICKET_SECONDS = 60
LONGEST = 500


def make_ticket(*, number: str, nonce: str, at: datetime, key: str) -> str:
    """What the bank's app makes; the demo's own app and the tests do as it does."""
    told = json.dumps({"customer": number, "at": int(at.timestamp()), "nonce": nonce}).encode()
    body = base64.urlsafe_b64encode(told).decode().rstrip("=")
    return f"{body}.{_signature(body, key)}"


def read_ticket(ticket: str, *, key: str, now: datetime) -> str:
    """The bank's number of the customer whom a ticket vouches for. :raises TicketInvalid"""
    body, _, signature = ticket.partition(".")
    if (
        not key
        or len(ticket) > LONGEST
        or not hmac.compare_digest(_signature(body, key).encode(), signature.encode())
    ):
        raise TicketInvalid
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    at = datetime.fromtimestamp(told["at"], UTC)
    if abs(now - at) > timedelta(seconds=TICKET_SECONDS) or not told.get("nonce"):
        raise TicketInvalid
    return str(told["customer"])


def _signature(body: str, key: str) -> str:
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()
