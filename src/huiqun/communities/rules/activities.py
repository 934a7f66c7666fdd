"""Activities: kinds, states, seats, and the code that is shown at the door."""

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from huiqun.communities.rules.activity_refusals import (
    ActivityIncomplete,
    ActivityNotOpen,
    CodeUnknown,
    NotAtTheDoor,
)


class ActivityKind(StrEnum):
    SALON = "salon"
    LECTURE = "lecture"
    THANKS = "thanks"
    COMMUNITY_DAY = "community_day"
    SCHOOL_VISIT = "school_visit"
    LIVE_QA = "live_qa"


class ActivityState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    OPEN = "open"
    CANCELLED = "cancelled"


class SeatState(StrEnum):
    """``TAKEN`` has a place, ``WAITING`` stands in line, ``CANCELLED`` gave it back, ``ATTENDED`` came."""

    TAKEN = "taken"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"


DOOR_OPENS, DOOR_CLOSES = timedelta(hours=12), timedelta(days=2)
"""When somebody may be checked in: from so long before the beginning, to so long after the end, because a telephone
without a network tells later."""
REMIND_BEFORE = timedelta(hours=24)
MARK = 12


def check_terms(
    *,
    title: str,
    words: str,
    place: str,
    link: str,
    starts_at: datetime,
    ends_at: datetime,
    sign_up_until: datetime,
    capacity: int,
) -> None:
    """:raises ActivityIncomplete"""
    texts = title.strip() and words.strip() and (place.strip() or link.strip())
    if not texts or capacity < 1 or not sign_up_until <= ends_at or not starts_at < ends_at:
        raise ActivityIncomplete
    if link.strip() and not link.startswith("https://"):
        raise ActivityIncomplete


def check_open(*, state: str, sign_up_until: datetime, now: datetime) -> None:
    """:raises ActivityNotOpen"""
    if state != ActivityState.OPEN or now >= sign_up_until:
        raise ActivityNotOpen


def check_door(*, state: str, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """:raises NotAtTheDoor"""
    if state != ActivityState.OPEN or not starts_at - DOOR_OPENS <= now <= ends_at + DOOR_CLOSES:
        raise NotAtTheDoor


def make_code(*, activity_id: int, registration_id: int, key: str) -> str:
    """What the customer's QR code says: who it is for, and a mark that nobody else can make."""
    body = f"{activity_id}.{registration_id}"
    mark = hmac.new(key.encode(), f"communities.door:{body}".encode(), hashlib.sha256).hexdigest()[:MARK]
    return f"HQ{body}.{mark}"


def read_code(code: str, *, activity_id: int, key: str) -> int:
    """The registration that a code is for. :raises CodeUnknown for another activity's, or a made-up one"""
    parts = code.strip().removeprefix("HQ").split(".")
    if len(parts) != 3 or not all(
        part.isascii() and part.isdecimal() and len(part) < 19 for part in parts[:2]
    ):
        raise CodeUnknown
    true = make_code(activity_id=int(parts[0]), registration_id=int(parts[1]), key=key)
    if int(parts[0]) != activity_id or not hmac.compare_digest(
        true.encode(), f"HQ{'.'.join(parts)}".encode()
    ):
        raise CodeUnknown
    return int(parts[1])


def calendar(
    *, number: int, title: str, place: str, link: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> str:
    """The activity as a calendar file (RFC 5545)."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Huiqun//Activities//ZH",
        "BEGIN:VEVENT",
        f"UID:activity-{number}@huiqun",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place or link)}",
        *((f"URL:{link}",) if link else ()),
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str, most: int = 75) -> list[str]:
    """No line longer than 75 bytes; a character is never cut in two."""
    folded, current, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > most:
            folded.append(current)
            current, size = " ", 1
        current, size = current + letter, size + width
    return [*folded, current]
