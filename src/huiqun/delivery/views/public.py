"""What the doors of customers' links have in common: who knocks, and from where."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from huiqun.delivery.queries import Link
from huiqun.delivery.rules.visits import Visit

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


def address_of(request: HttpRequest) -> str:
    """Behind a proxy the last address that it has noted; what stands before it, anybody can write."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return noted.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
