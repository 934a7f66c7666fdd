"""SMS through an HTTP gateway: signed JSON, an idempotency key, receipts that come later."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from huiqun.delivery.channels import signing
from huiqun.delivery.channels.base import Message, Outcome, Verdict
from huiqun.delivery.rules.sms_templates import OF_THE_ACCOUNT, Reading, Registration

TIMEOUT = httpx.Timeout(8.0, connect=3.0)
LATER = frozenset({408, 409, 425, 429})
ACCOUNT_TROUBLE = frozenset({401, 402, 403})
NOT_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class HttpSmsSender:
    idempotent = True
    lanes = 8

    def __init__(self, config: Mapping[str, Any], secret: str) -> None:
        self._config, self._secret = config, secret
        self._registration: Registration = config.get("registration") or Registration()
        limits = httpx.Limits(max_connections=self.lanes, max_keepalive_connections=self.lanes)
        self._client = httpx.Client(timeout=TIMEOUT, limits=limits, trust_env=False)

    def send(self, message: Message) -> Outcome:
        reading = self._registration.read(message.body)
        if reading.problem:
            return _unregistered(reading)
        body = json.dumps(self._payload(message, reading), ensure_ascii=False).encode()
        headers = {
            **signing.headers(str(self._config["account"]), self._secret, body, datetime.now(UTC)),
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.key,
        }
        try:
            response = self._client.post(str(self._config["url"]), content=body, headers=headers)
        except NOT_TAKEN as error:
            return Outcome(verdict=Verdict.RETRY, code=type(error).__name__)
        except httpx.HTTPError as error:
            return Outcome(verdict=Verdict.UNKNOWN, code=type(error).__name__)
        return read_answer(response)

    def _payload(self, message: Message, reading: Reading) -> dict[str, Any]:
        """Signature and template as the account's gateway wants to be told them."""
        extra = {
            key: str(self._config[key])
            for key in ("signature", "receipt_url", "reply_url")
            if self._config.get(key)
        }
        payload: dict[str, Any] = {"key": message.key, "to": message.to, "text": message.body, **extra}
        if self._registration.signature_as == "field" and reading.signature:
            payload |= {"signature": reading.signature, "text": reading.rest}
        if self._registration.template_as and reading.template:
            payload["template"] = reading.template
        if self._registration.template_as == "values" and reading.template:
            del payload["text"]
            payload["values"] = dict(reading.values)
        return payload

    def close(self) -> None:
        self._client.close()


def _unregistered(reading: Reading) -> Outcome:
    """What no registration covers is the account's trouble and stops the run, so that nobody is lost by it; a
    value that is too long is this one person's."""
    if reading.problem in OF_THE_ACCOUNT:
        return Outcome(verdict=Verdict.ACCOUNT, code=reading.problem)
    return Outcome(verdict=Verdict.REFUSED, code=reading.problem)


def read_answer(response: httpx.Response) -> Outcome:
    """2xx taken, 401–403 the account, 408/409/425/429 later, other 4xx final, the rest unknown until asked again."""
    status, code = response.status_code, f"http_{response.status_code}"
    if status // 100 == 2:
        return Outcome(verdict=Verdict.ACCEPTED, reference=_field(response, "id"))
    if status in ACCOUNT_TROUBLE:
        return Outcome(verdict=Verdict.ACCOUNT, code=code)
    if status in LATER:
        return Outcome(verdict=Verdict.RETRY, code=code, wait_seconds=_retry_after(response))
    if status // 100 == 4:
        return Outcome(verdict=Verdict.REFUSED, code=_field(response, "code") or code)
    return Outcome(verdict=Verdict.UNKNOWN, code=code, wait_seconds=_retry_after(response))


def _field(response: httpx.Response, name: str) -> str:
    try:
        return str(response.json().get(name, ""))[:60]
    except (ValueError, AttributeError):
        return ""


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(3600.0, float(value)) if value.isdigit() else None
