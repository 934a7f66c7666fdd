"""The SMS gateway's door, and the phone page's, on one port."""

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx

from huiqun_demo.channels import phone
from huiqun_demo.channels.signing import is_genuine
from huiqun_demo.channels.store import arrived

if TYPE_CHECKING:
    from huiqun_demo.channels.server import Channels

Answer = tuple[int, dict[str, Any]]
LONGEST = 2_000


def take(channels: "Channels", headers: Any, body: bytes) -> Answer:
    """One SMS, as an operator's gateway answers it."""
    account = headers.get("X-Account") or ""
    if account not in channels.accounts or not is_genuine(headers, channels.accounts[account], body):
        return 401, {"code": "bad_signature"}
    try:
        wanted = json.loads(body)
        key, to, text = str(wanted["key"]), str(wanted["to"]), str(wanted["text"])
    except (ValueError, KeyError, TypeError):
        return 400, {"code": "bad_request"}
    if headers.get("Idempotency-Key") != key:
        return 400, {"code": "bad_key"}
    if not text or len(text) > LONGEST or not to:
        return 422, {"code": "bad_message"}
    return _decide(channels, account, wanted, key)


def _decide(channels: "Channels", account: str, wanted: dict[str, Any], key: str) -> Answer:
    plan, times = channels.plan, channels.store.asked(key)
    if plan.slow_seconds:
        time.sleep(plan.slow_seconds)
    if plan.hits("refused", key):
        return 422, {"code": "blocked_number"}
    if times == 1 and plan.hits("hiccup", key):
        return 503, {"code": "busy"}
    signature = wanted.get("signature") or ""
    text = wanted["text"] if wanted["text"].startswith("【") else f"{signature}{wanted['text']}"
    message = arrived(
        key=key,
        channel="sms",
        to=wanted["to"],
        subject="",
        body=text,
        account=account,
        receipt_url=wanted.get("receipt_url") or "",
        reply_url=wanted.get("reply_url") or "",
    )
    if channels.arrive(message):
        _promise_receipt(channels, account, message.receipt_url, key)
    if times == 1 and plan.hits("answer_lost", key):
        return 500, {"code": "oops"}
    return 202, {"id": f"g{abs(hash(key)) % 10**12}", "status": "accepted"}


def _promise_receipt(channels: "Channels", account: str, url: str, key: str) -> None:
    plan = channels.plan
    if not url or plan.hits("receipt_lost", key):
        return
    failed = plan.hits("undelivered", key)
    item = {
        "key": key,
        "status": "failed" if failed else "delivered",
        "code": "unreachable" if failed else "",
        "permanent": False,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    channels.postman.later(plan.receipt_seconds, url, account, channels.accounts[account], "receipts", item)


def handler_for(channels: "Channels") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 65536

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            place = urlsplit(self.path).path
            if place == "/messages":
                status, answer = take(channels, self.headers, body)
                self._send(status, "application/json", json.dumps(answer).encode())
            elif place == "/reply":
                form = parse_qs(body.decode())
                channels.reply(form["to"][0], form.get("text", ["R"])[0])
                self._back(form["to"][0])
            elif place == "/unsubscribe":
                form = parse_qs(body.decode())
                self._one_click(form["to"][0], form["key"][0])
            else:
                self._send(404, "text/plain", b"")

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = parse_qs(place.query)
            if place.path == "/":
                page = phone.page(channels.store, to=query.get("to", [""])[0], text=query.get("q", [""])[0])
                self._send(200, "text/html; charset=utf-8", page.encode())
            elif place.path == "/phone.css":
                self._send(200, "text/css", phone.CSS.encode())
            elif place.path == "/numbers":
                self._send(200, "application/json", json.dumps(channels.store.numbers()).encode())
            else:
                self._send(404, "text/plain", b"")

        def _one_click(self, to: str, key: str) -> None:
            """What a mail programme does when its reader presses "unsubscribe" (RFC 8058)."""
            for message in channels.store.of(to):
                if message.key == key and message.list_unsubscribe:
                    httpx.post(
                        message.list_unsubscribe,
                        data={"List-Unsubscribe": "One-Click"},
                        timeout=5,
                        trust_env=False,
                    )
            self._back(to)

        def _back(self, to: str) -> None:
            self.send_response(303)
            self.send_header("Location", f"/?{phone.query(to)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", "default-src 'self'")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
