"""How the made-up customers react to what arrives on their phones.

They act as people do, from outside: they open links over HTTP, submit the forms that they find on the
page, answer an SMS, press "unsubscribe". What they buy is delivered as a file by "the bank's systems",
for those who were written to and for those who were not alike.

Everything somebody does follows from the seed, the campaign's run and the person, whatever the order of
arrival. ``HUIQUN_DEMO_SPEED`` (default 1) makes the town live faster.
"""

import heapq
import json
import os
import re
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from huiqun_demo.bank.files import FULL, SEED
from huiqun_demo.reactions import Intent, base_life, bought_by, intent_of
from huiqun_demo.till import Till
from huiqun_demo.visits import BOT_AGENTS, Visit, one_click, prefetch

Message = Mapping[str, Any]
TEST_MARK = "【测试】"
PHONE = re.compile(r"^1990(\d{7})$")
EMAIL = re.compile(r"^customer(\d{7})@example\.com$")
LINK = re.compile(r"/m/[^/]+/?$")
VISITORS = 6


def arrived(message: Message) -> None:
    """The demo channels tell of one message that reached a phone. Returns at once."""
    _town().arrived(message)


_the_town: "Town | None" = None
_founding = threading.Lock()


def _town() -> "Town":
    global _the_town
    with _founding:
        if _the_town is None:
            _the_town = Town(folder=Path(os.environ.get("HUIQUN_VAR", "var")))
            _the_town.start()
        return _the_town


def person_of(to: str) -> int | None:
    """The ordinal of the made-up customer with this number or address; None for staff and strangers."""
    found = PHONE.match(to) or EMAIL.match(to)
    return int(found.group(1)) if found else None


def run_of(key: str) -> str:
    """Messages of one run share the beginning of their key."""
    return key.rpartition("-")[0] or key


@dataclass
class Town:
    """Everybody with a phone. Things fall due in a heap; a few threads do them."""

    folder: Path
    seed: int = SEED
    speed: float = field(default_factory=lambda: float(os.environ.get("HUIQUN_DEMO_SPEED") or 1))
    reply: Callable[..., bool] | None = None

    def __post_init__(self) -> None:
        self.till = Till(self.folder / "inbox")
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._busy = 0
        self._lives: set[str] = set()
        self._stopping = False
        self._wake = threading.Condition()
        self._visitors = ThreadPoolExecutor(VISITORS, thread_name_prefix="visitor")
        self._clock = threading.Thread(target=self._run, name="town", daemon=True)

    def start(self) -> None:
        self._clock.start()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._clock.join(5)
        self._visitors.shutdown(wait=True, cancel_futures=True)
        self.till.close()

    def settle(self, timeout: float = 120.0) -> bool:
        """Wait until nobody wants to do anything any more; False when that takes too long."""
        until = monotonic() + timeout
        with self._wake:
            while self._due or self._busy:
                if monotonic() > until:
                    return False
                self._wake.wait(0.2)
        self.till.write()
        return True

    @property
    def size(self) -> int:
        try:
            return int(json.loads((self.folder / "demo-bank" / "made.json").read_text())["size"])
        except (OSError, ValueError, KeyError):
            return FULL

    def arrived(self, message: Message) -> None:
        person = person_of(str(message["to"]))
        marked = f"{message.get('subject', '')}{message['body']}"
        if person is None or person > self.size or TEST_MARK in marked:
            return
        run = run_of(str(message["key"]))
        self._begin_life(run, str(message["body"]))
        dice = Random(f"{self.seed}:{run}:{person}")
        intent = intent_of(message, dice)
        link = next((link for link in message["links"] if LINK.search(link)), None)
        if link and intent.scanned_by is not None:
            self._later(
                intent.scanned_after, lambda: prefetch(link, agent=BOT_AGENTS[intent.scanned_by or 0])
            )
        if link and intent.opens:
            self._later(intent.opens_after, lambda: self._open(link, message, person, intent, run))
        if intent.leaves:
            self._later(intent.leaves_after, lambda: self._leave(message, intent))

    def _begin_life(self, run: str, body: str) -> None:
        """With the first message of a run: what all customers of the bank would do anyway in the next
        minutes, written to or not."""
        with self._wake:
            if run in self._lives:
                return
            self._lives.add(run)
        for after, sale in base_life(seed=self.seed, run=run, size=self.size, body=body):
            self._later(after, partial(self.till.ring_up, sale))

    def _open(self, link: str, message: Message, person: int, intent: Intent, run: str) -> None:
        with closing(Visit(link, agent=intent.agent, pause=1.5 / self.speed)) as visit:
            if not visit.read():
                return
            for wanted in intent.wants:
                visit.submit(wanted)
            if intent.leaves_on_page:
                visit.unsubscribe()
        for after, sale in bought_by(
            seed=self.seed, run=run, person=person, body=str(message["body"]), intent=intent
        ):
            self._later(after, partial(self.till.ring_up, sale))

    def _leave(self, message: Message, intent: Intent) -> None:
        if message["channel"] == "email":
            if message.get("list_unsubscribe"):
                one_click(str(message["list_unsubscribe"]))
            return
        reply = self.reply
        if reply is None:
            from huiqun_demo.channels import reply as gateway_reply

            reply = gateway_reply
        reply(to=str(message["to"]), text=intent.answer)

    def _later(self, seconds: float, deed: Callable[[], None]) -> None:
        with self._wake:
            self._count += 1
            heapq.heappush(self._due, (monotonic() + seconds / self.speed, self._count, deed))
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and (not self._due or self._due[0][0] > monotonic()):
                    self._wake.wait(min(1.0, self._due[0][0] - monotonic()) if self._due else 1.0)
                    self.till.write_when_due()
                if self._stopping:
                    return
                _at, _number, deed = heapq.heappop(self._due)
                self._busy += 1
            self._visitors.submit(self._do, deed)

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except Exception:
            traceback.print_exc()
        finally:
            with self._wake:
                self._busy -= 1
                self._wake.notify_all()
