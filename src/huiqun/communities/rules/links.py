"""Addresses in what people write: to the bank they lead at once, elsewhere by a page that says so, and some not at all."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from huiqun.communities.rules.refusals import LinkRefused, TooManyLinks

MOST_LINKS = 3
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>\"'`]+"
    r"|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|vip|cc|info|shop|site|online|club|icu|app|link|me|io)(?![\w.])(?:/[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>\"'`]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``address`` where it is a link, ``trusted`` where it leads to the bank."""

    text: str
    address: str = ""
    trusted: bool = False


def links_in(text: str) -> list[str]:
    return [_trimmed(found.group()) for found in _LINK.finditer(text)]


def check_links(text: str, *, hosts: Collection[str]) -> list[str]:
    """The links of the text. :raises LinkRefused for what pretends or hides, TooManyLinks"""
    found = links_in(text)
    if len(found) > MOST_LINKS:
        raise TooManyLinks(most=MOST_LINKS)
    for link in found:
        if _deceives(link, hosts):
            raise LinkRefused()
    return found


def _deceives(link: str, hosts: Collection[str]) -> bool:
    """An address by number, with a name before @, in letters that look like others, or one that borrows the bank's."""
    try:
        parts = urlsplit(absolute(link))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return True
    if (
        not host
        or "@" in parts.netloc
        or port is not None
        or re.fullmatch(r"[\d.]+|\[?[0-9a-f:]+\]?|0x[0-9a-f]+", host)
    ):
        return True
    if "xn--" in host or not host.isascii():
        return True
    if is_trusted(host, hosts):
        return False
    borrowed = {_plain(part) for each in hosts for part in each.lstrip("*.").split(".") if len(part) > 3}
    return any(name in _plain(host) for name in borrowed if name not in _COMMON)


_COMMON = frozenset({"example", "test", "mobile", "online", "page", "pages"})


def _plain(host: str) -> str:
    """Letters and digits that are taken for one another are the same here."""
    return (
        host.lower()
        .replace("-", "")
        .replace("0", "o")
        .replace("1", "l")
        .replace("rn", "m")
        .replace("vv", "w")
    )


def is_trusted(host: str, hosts: Collection[str]) -> bool:
    """``*.bank.cn`` stands for what is below bank.cn."""
    host = host.lower().rstrip(".")
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in hosts)


def absolute(link: str) -> str:
    return link if re.match(r"https?://", link, re.IGNORECASE) else f"https://{link}"


def _trimmed(link: str) -> str:
    return link.rstrip(".,;:!?)]}'\"")


def pieces(text: str, *, hosts: Collection[str]) -> Iterator[Piece]:
    """The whole text in order, its links apart."""
    end = 0
    for found in _LINK.finditer(text):
        link = _trimmed(found.group())
        if found.start() > end:
            yield Piece(text[end : found.start()])
        address = absolute(link)
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            host = ""
        trusted = is_trusted(host, hosts) and address.lower().startswith("https://")
        yield Piece(link, address=address if host else "", trusted=trusted)
        end = found.start() + len(link)
    if end < len(text):
        yield Piece(text[end:])
