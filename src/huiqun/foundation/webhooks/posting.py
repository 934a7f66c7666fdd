"""Handing one message to one address: so long and no longer, whatever the other side does."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from huiqun.foundation.webhooks.addresses import NotPublic, Place, checked_address, place_of
from huiqun.foundation.webhooks.refusals import AddressUnfit

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0
"""In all, from the connection to the status: a slow drip does not count as life."""
GONE = 410


@dataclass(frozen=True)
class Answer:
    """``code`` is what is kept of it: a status, or how it failed; never what the other side wrote."""

    taken: bool
    code: str
    is_final: bool = False


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """No redirect is followed, no proxy is asked, nothing is read but the status."""
    try:
        place = place_of(url)
        address = checked_address(place)
    except AddressUnfit:
        return Answer(False, "address_unfit")
    except NotPublic as error:
        return Answer(False, error.code)
    try:
        status = _in_a_thread(_status(place, address, body, headers))
    except TimeoutError:
        return Answer(False, "timed_out")
    except httpx.HTTPError as error:
        return Answer(False, _name_of(error))
    except (ValueError, OSError):
        return Answer(False, "broken_answer")
    return Answer(status // 100 == 2, f"http_{status}", is_final=status == GONE)


def _in_a_thread(asked: Coroutine[Any, Any, int]) -> int:
    """With a loop of its own: whoever calls may be inside another one."""
    with ThreadPoolExecutor(max_workers=1) as own:
        return own.submit(asyncio.run, asked).result()


async def _status(place: Place, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """To the address that was checked; the certificate must be the name's, by an authority that this machine trusts
    (the bank's own among them)."""
    at = f"[{address}]" if ":" in address else address
    timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    async with (
        asyncio.timeout(TOTAL_SECONDS),
        httpx.AsyncClient(
            timeout=timeout, trust_env=False, follow_redirects=False, verify=ssl.create_default_context()
        ) as client,
        client.stream(
            "POST",
            f"{place.scheme}://{at}:{place.port}{place.path}",
            content=body,
            headers={**headers, "Host": place.named, "Accept-Encoding": "identity"},
            extensions={"sni_hostname": place.host},
        ) as response,
    ):
        return response.status_code


def _name_of(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timed_out"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "wrong_certificate"
    return "not_reached" if isinstance(error, httpx.ConnectError) else "broken_answer"
