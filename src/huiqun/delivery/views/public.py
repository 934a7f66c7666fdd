"""What the doors of customers' links have in common: who knocks, and from where."""

from datetime import datetime

from django.http import HttpRequest

from huiqun.delivery.queries import Link
from huiqun.delivery.rules.visits import Visit
from huiqun.foundation.devices import address_of

LINK = "the link's token, signed by delivery for one recipient"
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


class PublicRequest(HttpRequest):
    now: datetime


def visit_of(request: PublicRequest, link: Link) -> Visit:
    """What the request says of itself; nothing of it is kept."""
    return Visit(
        method=str(request.method),
        user_agent=request.headers.get("User-Agent", ""),
        purpose=" ".join(filter(None, (request.headers.get(name) for name in PURPOSES))),
        accept=request.headers.get("Accept", ""),
        dest=request.headers.get("Sec-Fetch-Dest", ""),
        address=address_of(request),
        after_seconds=(request.now - link.sent_at).total_seconds() if link.sent_at else None,
    )
