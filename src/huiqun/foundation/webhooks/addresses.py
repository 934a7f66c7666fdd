"""Where a webhook may lead: over https to public addresses only, unless the settings name the host.

The name is resolved once, every address it has is looked at, and the connection goes to the very address that was
looked at: a name that means another address a moment later leads nowhere else.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from huiqun.foundation.webhooks.refusals import AddressUnfit
from huiqun.lib.words import gettext_noop as _

PORTS = {"https": 443, "http": 80}


class NotPublic(Exception):
    """A name leads inside, or nowhere; ``code`` is what is kept of it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Place:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """As settings name a host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_allowed(self) -> bool:
        return self.named in allowed_hosts()


def allowed_hosts() -> frozenset[str]:
    """Hosts of the bank's own network, by the settings: ``crm.bank.internal,10.1.2.3:8080``."""
    given: str = getattr(settings, "HUIQUN_WEBHOOK_HOSTS", "")
    return frozenset(part.strip().lower() for part in given.split(",") if part.strip())


def place_of(url: str) -> Place:
    """:raises AddressUnfit for what could never be called"""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressUnfit(problem=_("it is no web address")) from None
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise AddressUnfit(problem=_("it is no web address"))
    if parts.username or parts.password or parts.fragment:
        raise AddressUnfit(problem=_("it holds a password or a fragment"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    place = Place(parts.scheme, host, port or PORTS[parts.scheme], path)
    if not place.is_allowed:
        if place.scheme != "https":
            raise AddressUnfit(problem=_("it does not begin with https"))
        if (literal := _literal(host)) and not is_public(literal):
            raise AddressUnfit(problem=_("it leads into a private network that the settings do not name"))
    return place


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def is_public(address: str) -> bool:
    """Whether an address belongs to the world: not to this machine, this network, or a way back into it."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None and not is_public(str(inner)):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def checked_address(place: Place) -> str:
    """The one address to connect to. All that the name has must be public, so that no order of them leads inside.

    :raises NotPublic
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotPublic("name_not_found") from None
    addresses = [str(each[4][0]) for each in found]
    if not place.is_allowed and (place.scheme != "https" or not all(map(is_public, addresses))):
        raise NotPublic("address_not_public")
    return addresses[0]
