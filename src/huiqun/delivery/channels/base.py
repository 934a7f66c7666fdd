"""The contract between the sender and a channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(slots=True, kw_only=True)
class Message:
    """One message for one person. ``key`` is the same at every attempt: no two messages share one."""

    key: str
    to: str
    body: str
    at: datetime
    subject: str = ""
    unsubscribe_url: str = ""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Final: this message will never be taken."""
    RETRY = "retry"
    """Certainly not taken; may be tried again."""
    UNKNOWN = "unknown"
    """Handed over, but the answer was lost: it may have been taken."""
    ACCOUNT = "account"
    """The account itself is refused (wrong secret, closed, out of money): stop, nothing is wrong with the message."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    verdict: Verdict
    code: str = ""
    reference: str = ""
    wait_seconds: float | None = None


class Sender(Protocol):
    """An open way to one account.

    ``idempotent``: handing over twice with one key reaches the person once, so an unknown outcome may
    be asked again. ``lanes``: how many threads may call ``send`` at once.
    """

    idempotent: bool
    lanes: int

    def send(self, message: Message) -> Outcome: ...

    def close(self) -> None: ...
