"""Whether a person or a machine has come by a link. Machines open links too: previews, prefetchers, scanners."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

BLINK_SECONDS = 1.0
"""Nobody reads a message and taps its link sooner after it was sent."""

SCANNING_SECONDS = 120.0
"""Mail security looks at links on arrival; from its networks that is taken for a scan, later for a person's browser."""

READERS = ("mozilla/", "opera/")
"""How the browsers of people begin to name themselves, those inside WeChat and apps too."""

BOT_MARKS = (
    "bot", "crawler", "spider", "preview", "facebookexternalhit", "slurp", "curl", "wget", "python-requests",
    "httpx", "headlesschrome-prefetch", "googleimageproxy", "safelinks", "barracuda", "proofpoint", "mimecast",
    "urlscan", "go-http-client", "okhttp", "java/", "apache-httpclient", "libwww", "node-fetch", "axios/", "aiohttp",
    "scrapy", "phantomjs", "symantec", "messagelabs", "fireeye", "trellix", "forcepoint", "zscaler", "ironport",
    "virustotal", "trendmicro", "fortiguard", "fortimail", "sophos", "mailscanner", "coremail", "netcraft",
    "expanse", "censys", "skypeuripreview", "ahc/", "dataprovider", "whatsapp",
)  # fmt: skip
DRIVEN = ("headlesschrome", "phantomjs", "electron/")
"""Browsers that somebody's programme drives. Where a page's own script speaks, they count as what they are."""

NO_BOTS = ("cubot",)
"""Telephones whose names hold a mark by chance."""

AHEAD = ("prefetch", "preview", "prerender", "preload", "instant")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a request says of itself. ``purpose``: the Sec-Purpose, Purpose, X-Purpose and X-Moz headers together;
    ``dest``: Sec-Fetch-Dest; ``after_seconds``: since the message was sent, None where nobody knows;
    ``by_script``: the page's own script says that the page is before somebody's eyes."""

    method: str = "GET"
    user_agent: str = ""
    purpose: str = ""
    accept: str = ""
    dest: str = ""
    address: str = ""
    after_seconds: float | None = None
    by_script: bool = False

    @property
    def is_ahead(self) -> bool:
        """A browser that loads ahead, for a person who may never come."""
        return any(mark in self.purpose.lower() for mark in AHEAD)


def is_machine(visit: Visit, *, networks: Sequence[Network] = ()) -> bool:
    """Whether nobody is to be counted for this visit. ``networks``: where mail security comes from."""
    if looks_automatic(method=visit.method, user_agent=visit.user_agent, purpose=visit.purpose):
        return True
    if visit.by_script:
        return False
    agent = visit.user_agent.lower()
    if not agent.startswith(READERS) or any(mark in agent for mark in DRIVEN):
        return True
    if visit.dest not in ("", "document") or (visit.accept and "text/html" not in visit.accept):
        return True
    return _too_soon(visit, networks)


def _too_soon(visit: Visit, networks: Sequence[Network]) -> bool:
    if visit.after_seconds is None:
        return False
    if visit.after_seconds < BLINK_SECONDS:
        return True
    return visit.after_seconds < SCANNING_SECONDS and _is_in(visit.address, networks)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def looks_automatic(*, method: str = "GET", user_agent: str = "", purpose: str = "") -> bool:
    """Whether a request comes from a prefetcher, scanner or bot by what it says of itself alone.

    ``purpose`` is the Sec-Purpose, Purpose or X-Moz header: browsers that load ahead say so there.
    """
    if method.upper() not in {"GET", "POST"}:
        return True
    if any(mark in purpose.lower() for mark in AHEAD):
        return True
    agent = user_agent.lower()
    for name in NO_BOTS:
        agent = agent.replace(name, "")
    return not agent or any(mark in agent for mark in BOT_MARKS)
