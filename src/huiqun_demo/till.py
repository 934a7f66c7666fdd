"""Where what customers buy is rung up: files that "the bank's systems" deliver to the inbox."""

import csv
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from huiqun_demo.bank.identifiers import customer_number
from huiqun_demo.reactions import Sale

EVERY_SECONDS = 15.0
COLUMNS = ("event_id", "at", "number", "kind", "product_kind", "product_code", "amount_fen")


def bank_now() -> datetime:
    """The demo's clock may run ahead of the machine's."""
    return datetime.now(UTC) + timedelta(seconds=int(os.environ.get("HUIQUN_CLOCK_OFFSET") or 0))


class Till:
    """Collects sales and delivers them now and then, each file whole or not at all."""

    def __init__(self, inbox: Path, *, now: Callable[[], datetime] = bank_now) -> None:
        self._inbox, self._now = inbox, now
        self._rows: list[tuple[str, ...]] = []
        self._lock = threading.Lock()
        self._written_at = monotonic()
        self._number = 0

    def ring_up(self, sale: Sale) -> None:
        row = (
            sale.event_id,
            self._now().isoformat(),
            customer_number(sale.person),
            sale.deal.kind,
            sale.deal.product_kind,
            sale.deal.product_code,
            str(sale.fen),
        )
        with self._lock:
            self._rows.append(row)

    def write_when_due(self) -> None:
        if monotonic() - self._written_at >= EVERY_SECONDS:
            self.write()

    def write(self) -> Path | None:
        """The file delivered, None when there was nothing to tell."""
        with self._lock:
            rows, self._rows = self._rows, []
            self._written_at = monotonic()
            self._number += 1
            number = self._number
        if not rows:
            return None
        self._inbox.mkdir(parents=True, exist_ok=True)
        name = f"transactions-{self._now():%Y%m%dT%H%M%S}-{os.getpid()}-{number}.csv"
        draft = self._inbox / f".{name}"
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        target = self._inbox / name
        draft.rename(target)
        return target

    def close(self) -> None:
        self.write()
