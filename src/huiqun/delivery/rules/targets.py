"""Where links of messages may lead: to the bank's own hosts by https, and nowhere else."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 500
PLAIN = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII without spaces and the backslash, which browsers read as a slash."""
HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
UTM = "utm_"
ORDER = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


def may_lead_to(target: str, hosts: Sequence[str]) -> bool:
    """Whether ``target`` is an https address on one of ``hosts``; ``*.bank.cn`` is every host below bank.cn."""
    if not PLAIN.fullmatch(target) or len(target) > LONGEST:
        return False
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443):
        return False
    host = parts.hostname or ""
    return bool(HOST.fullmatch(host)) and any(_covers(allowed, host) for allowed in hosts)


def _covers(allowed: str, host: str) -> bool:
    allowed = allowed.strip().lower()
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed


def with_utm(target: str, utm: Mapping[str, str]) -> str:
    """The target with the campaign's UTM values; those that it had itself give way, all else stays."""
    parts = urlsplit(target)
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].lower().startswith(UTM)
    ]
    told = [(name, utm[name]) for name in ORDER if utm.get(name)]
    return urlunsplit(parts._replace(query=urlencode([*kept, *told])))
