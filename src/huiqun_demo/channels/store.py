"""What arrived, in a small SQLite file: one row per message that a person sees."""

import json
import re
import sqlite3
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, channel TEXT NOT NULL, "to" TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, links TEXT NOT NULL,
    list_unsubscribe TEXT NOT NULL, account TEXT NOT NULL, receipt_url TEXT NOT NULL, reply_url TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS message_key ON message (key) WHERE channel = 'sms';
CREATE INDEX IF NOT EXISTS message_to ON message ("to", id);
CREATE TABLE IF NOT EXISTS request (key TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""
LINK = re.compile(r"https?://[^\s<>\"'，。；）]+")
COLUMNS = 'key, channel, "to", subject, body, at, links, list_unsubscribe, account, receipt_url, reply_url'


@dataclass(frozen=True, kw_only=True)
class Arrived:
    key: str
    channel: str
    to: str
    subject: str
    body: str
    at: str
    links: list[str]
    list_unsubscribe: str = ""
    account: str = ""
    receipt_url: str = ""
    reply_url: str = ""

    def as_message(self) -> dict[str, Any]:
        return asdict(self)


def arrived(**fields: Any) -> Arrived:
    return Arrived(at=datetime.now(UTC).isoformat(), links=LINK.findall(fields["body"]), **fields)


class Store:
    """One connection behind a lock: many handlers, few messages."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(
            folder / "messages.sqlite", check_same_thread=False, isolation_level=None
        )
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.executescript(TABLES)

    def asked(self, key: str) -> int:
        """Count a request with this key; which one it is."""
        with self._lock:
            row = self._file.execute(
                "INSERT INTO request VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING times",
                (key,),
            ).fetchone()
        return int(row[0])

    def add(self, message: Arrived) -> bool:
        """Whether a person sees it: a gateway shows one message per key, a mail server shows every mail."""
        values = asdict(message) | {"links": json.dumps(message.links)}
        with self._lock:
            cursor = self._file.execute(
                f"INSERT OR IGNORE INTO message ({COLUMNS}) VALUES ({', '.join('?' * 11)})",
                tuple(values[name.strip('" ')] for name in COLUMNS.split(",")),
            )
            return cursor.rowcount == 1

    def _rows(self, where: str, values: tuple[Any, ...]) -> list[Arrived]:
        with self._lock:
            rows = self._file.execute(f"SELECT {COLUMNS} FROM message {where}", values).fetchall()
        names = [name.strip('" ') for name in COLUMNS.split(",")]
        return [
            Arrived(**(dict(zip(names, row, strict=True)) | {"links": json.loads(row[6])})) for row in rows
        ]

    def of(self, to: str, limit: int = 100) -> list[Arrived]:
        return self._rows('WHERE "to" = ? ORDER BY id DESC LIMIT ?', (to, limit))

    def latest(self, limit: int = 100) -> list[Arrived]:
        return self._rows("ORDER BY id DESC LIMIT ?", (limit,))

    def find(self, text: str, limit: int = 100) -> list[Arrived]:
        like = f"%{text}%"
        return self._rows('WHERE "to" LIKE ? OR body LIKE ? ORDER BY id DESC LIMIT ?', (like, like, limit))

    def numbers(self) -> dict[str, int]:
        """messages seen, people, requests, and how often the most repeated message was seen."""
        with self._lock:
            seen, people = self._file.execute('SELECT count(*), count(DISTINCT "to") FROM message').fetchone()
            requests = self._file.execute("SELECT coalesce(sum(times), 0) FROM request").fetchone()[0]
            most = self._file.execute(
                "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM message GROUP BY key)"
            ).fetchone()[0]
        return {"messages": seen, "people": people, "requests": requests, "most_copies": most}

    def message_keys(self) -> list[str]:
        with self._lock:
            return [row[0] for row in self._file.execute("SELECT key FROM message ORDER BY id")]

    def close(self) -> None:
        with self._lock:
            self._file.close()
