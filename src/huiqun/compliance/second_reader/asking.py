"""One question to the second reader over HTTP, as OpenAI-compatible servers answer it."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic

import httpx

LARGEST_ANSWER = 200_000


class Trouble(StrEnum):
    """Why there is no opinion. Never a reason to think the copy clean."""

    SILENT = "silent"
    REFUSED = "refused"
    NONSENSE = "nonsense"


class NoAnswer(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where the second reader is: ``url`` is the address before ``/chat/completions``."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 20.0


def ask(endpoint: Endpoint, messages: list[dict[str, str]]) -> str:
    """Its words. :raises NoAnswer"""
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    body = {"model": endpoint.model, "messages": messages, "temperature": 0, "stream": False}
    address = f"{endpoint.url.rstrip('/')}/chat/completions"
    try:
        with (
            httpx.Client(timeout=endpoint.seconds, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", address, json=body, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise NoAnswer(Trouble.REFUSED)
            content = _limited(response, until=monotonic() + endpoint.seconds)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise NoAnswer(Trouble.SILENT) from None
    return _words(content)


def _limited(response: httpx.Response, *, until: float) -> bytes:
    """The body, unless it is endless or trickles: a timeout of reads alone would let it trickle on."""
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise NoAnswer(Trouble.NONSENSE)
        if monotonic() > until:
            raise NoAnswer(Trouble.SILENT)
    return bytes(content)


def _words(content: bytes) -> str:
    try:
        words = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise NoAnswer(Trouble.NONSENSE) from None
    if not isinstance(words, str):
        raise NoAnswer(Trouble.NONSENSE)
    return words
