"""Telling the bank what became of its messages: signed, in batches, some time later."""

import heapq
import json
import threading
import time
from typing import Any

import httpx

from huiqun_demo.channels.signing import signed_headers

TRIES = 6
MOST = 1_000
Address = tuple[str, str, str, str]
Item = tuple[int, dict[str, Any]]


class Postman(threading.Thread):
    """Posts what falls due, grouped by address; tries again for a while, then lets it be."""

    def __init__(self) -> None:
        super().__init__(name="receipts", daemon=True)
        self._due: list[tuple[float, int, int, str, str, str, str, dict[str, Any]]] = []
        self._count = 0
        self._wake = threading.Condition()
        self._stopping = False
        self._client = httpx.Client(timeout=5.0, trust_env=False)

    def later(
        self, delay: float, url: str, account: str, secret: str, kind: str, item: dict[str, Any]
    ) -> None:
        with self._wake:
            self._put(delay, 0, url, account, secret, kind, item)
            self._wake.notify()

    def _put(self, delay: float, tries: int, *rest: Any) -> None:
        self._count += 1
        heapq.heappush(self._due, (time.monotonic() + delay, self._count, tries, *rest))

    def run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(min(0.5, self._due[0][0] - time.monotonic()) if self._due else None)
                if self._stopping:
                    return
                batch = self._taken()
            for address, items in batch.items():
                self._post(address, items)
            time.sleep(0.05)

    def _taken(self) -> dict[Address, list[Item]]:
        """What is due by address, at most MOST at a time."""
        batch: dict[Address, list[Item]] = {}
        for _ in range(MOST):
            if not self._due or self._due[0][0] > time.monotonic():
                break
            _, _, tries, url, account, secret, kind, item = heapq.heappop(self._due)
            batch.setdefault((url, account, secret, kind), []).append((tries, item))
        return batch

    def _post(self, address: Address, items: list[Item]) -> None:
        url, account, secret, kind = address
        body = json.dumps({kind: [item for _, item in items]}, ensure_ascii=False).encode()
        try:
            answer = self._client.post(url, content=body, headers=signed_headers(account, secret, body))
            if answer.status_code < 500:
                return
        except httpx.HTTPError:
            pass
        with self._wake:
            for tries, item in items:
                if tries + 1 < TRIES:
                    self._put(2.0**tries, tries + 1, url, account, secret, kind, item)

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self.join(6)
        self._client.close()
