"""Whether a group, a poll, a video or an appeal is as it has to be."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from huiqun.communities.rules.links import is_trusted
from huiqun.communities.rules.refusals import (
    CannotAppeal,
    GroupIncomplete,
    PollIncomplete,
    RiddleIncomplete,
    VideoRefused,
)

APPEAL_DAYS = 30
MUTE_DAYS = 7
SEALED_DAYS = 365 * 3
"""How long what was taken away is kept, unreadable without the key: complaints and lawsuits may need it."""


@dataclass(frozen=True, kw_only=True)
class GroupTerms:
    name: str
    kind: str
    purpose: str
    goals: Sequence[str]
    rules: str
    data_use: str
    welcome: str
    topics: Sequence[str]
    tags: Sequence[str]
    joining: str
    moderation: str
    size_limit: int


def check_group(terms: GroupTerms) -> None:
    """:raises GroupIncomplete"""
    if not all(each.strip() for each in (terms.name, terms.purpose, terms.rules, terms.data_use)):
        raise GroupIncomplete()
    if not 2 <= terms.size_limit <= 1_000_000:
        raise GroupIncomplete()


def check_poll(options: Sequence[str]) -> None:
    """:raises PollIncomplete"""
    kept = [each for each in options if each.strip()]
    if not 2 <= len(kept) <= 6 or len({each.strip() for each in kept}) != len(kept):
        raise PollIncomplete()


def riddle_digest(answer: str, salt: str) -> str:
    """By which a right answer is known without being kept; blanks, width and case do not matter."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", answer).casefold())
    if not plain:
        raise RiddleIncomplete()
    return hashlib.sha256(f"{salt}\x00{plain}".encode()).hexdigest()


def check_video(*, address: str, subtitles: str, seconds: int, hosts: Collection[str]) -> None:
    """:raises VideoRefused"""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise VideoRefused() from None
    if parts.scheme != "https" or not is_trusted(host, hosts) or "@" in parts.netloc:
        raise VideoRefused()
    if not parts.path.lower().endswith((".mp4", ".m3u8")) or not 60 <= seconds <= 180:
        raise VideoRefused()
    if len(subtitles.strip()) < 20:
        raise VideoRefused()


def check_appeal(*, decided_at: datetime | None, appeal: str, adverse: bool, now: datetime) -> None:
    """:raises CannotAppeal"""
    if decided_at is None or appeal or not adverse or now - decided_at > timedelta(days=APPEAL_DAYS):
        raise CannotAppeal()
