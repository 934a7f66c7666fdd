"""One process: SMTP server, SMS gateway, phone page."""

import hashlib
import importlib
import importlib.util
import os
import queue
import threading
import traceback
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from huiqun_demo.channels.gateway import handler_for
from huiqun_demo.channels.mail import MailServer
from huiqun_demo.channels.receipts import Postman
from huiqun_demo.channels.store import Arrived, Store

ACCOUNT = "demo-bank"
SECRET = "made-up-secret-of-the-demo-gateway"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How well the made-up world works: shares of messages from 0 to 1, told apart by their key.

    ``refused`` never taken (4xx) · ``hiccup`` 503 at the first try · ``answer_lost`` taken, but the
    first answer is a 500 · ``undelivered`` taken, later reported as failed · ``receipt_lost`` no receipt.
    """

    refused: float = 0.0
    hiccup: float = 0.0
    answer_lost: float = 0.0
    undelivered: float = 0.0
    receipt_lost: float = 0.0
    receipt_seconds: float = 1.0
    slow_seconds: float = 0.0

    @classmethod
    def from_environment(cls) -> "Plan":
        rate = float(os.environ.get("HUIQUN_DEMO_FAILURE_RATE", "0.02"))
        return cls(
            refused=rate / 4, hiccup=rate / 2, answer_lost=rate / 4, undelivered=rate, receipt_lost=rate / 4
        )

    def hits(self, what: str, key: str) -> bool:
        digest = hashlib.sha256(f"{what}:{key}".encode()).digest()
        return int.from_bytes(digest[:4]) / 2**32 < float(getattr(self, what))


@dataclass
class Channels:
    """Start and stop all of it; port 0 takes a free one."""

    gateway_port: int
    smtp_port: int
    folder: Path
    plan: Plan = field(default_factory=Plan)
    accounts: dict[str, str] = field(default_factory=lambda: {ACCOUNT: SECRET})
    people: bool = False

    def start(self) -> None:
        self.store = Store(self.folder)
        self.postman = Postman()
        self.postman.start()
        self._arrivals: queue.Queue[Arrived | None] = queue.Queue()
        self._watcher = threading.Thread(target=self._tell_people, name="people", daemon=True)
        self._watcher.start()
        self._http = ThreadingHTTPServer(("127.0.0.1", self.gateway_port), handler_for(self))
        self._http.daemon_threads = True
        self.gateway_port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, name="gateway", daemon=True).start()
        self._mail = MailServer(self)
        self.smtp_port = self._mail.start(self.smtp_port)
        _running.append(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    def stop(self) -> None:
        _running.remove(self)
        self._http.shutdown()
        self._http.server_close()
        self._mail.stop()
        self._arrivals.put(None)
        self._watcher.join(5)
        self.postman.stop()
        self.store.close()

    def arrive(self, message: Arrived) -> bool:
        """Show a message to its person; False when a message of this key was shown before."""
        is_new = self.store.add(message)
        if is_new and self.people:
            self._arrivals.put(message)
        return is_new

    def _tell_people(self) -> None:
        """The simulated customers, if they are there, hear of each message in a thread of their own."""
        while (message := self._arrivals.get()) is not None:
            if importlib.util.find_spec("huiqun_demo.people") is None:
                continue
            try:
                importlib.import_module("huiqun_demo.people").arrived(message.as_message())
            except Exception:
                traceback.print_exc()

    def reply(self, to: str, text: str) -> bool:
        """A customer answers the last SMS; False when there was none to answer."""
        for message in self.store.of(to):
            if message.channel == "sms" and message.reply_url:
                item = {"from": to, "text": text, "at": _now()}
                secret = self.accounts[message.account]
                self.postman.later(0, message.reply_url, message.account, secret, "replies", item)
                return True
        return False


_running: list[Channels] = []


def reply(*, to: str, text: str) -> bool:
    """For the simulated customers: answer the last SMS that ``to`` received."""
    return any(channels.reply(to, text) for channels in _running)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()
