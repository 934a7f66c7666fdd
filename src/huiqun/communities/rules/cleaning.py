"""What people type, made fit to be shown: plain text without tricks. Nothing here knows markup; pages escape."""

import re
import unicodedata

from huiqun.communities.rules.refusals import NicknameRefused, NothingSaid, TooLong
from huiqun.lib import masking
from huiqun.lib.identifiers import PATTERNS, identifier_in

MOST_CHARACTERS = {"text": 1000, "question": 500, "comment": 300, "title": 60}
MOST_LINES = 40
MOST_MARKS = 2
"""Marks upon one letter; what stacks more of them runs over its neighbours' lines."""
MOST_REPEATS = 12

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_LETTER = re.compile(r"[^\W_]")
_RUN = re.compile(rf"(\S)\1{{{MOST_REPEATS},}}")
_STAFF = re.compile(
    "客服|官方|银行|行长|经理|管理员|群主|客户中心|工作人员|理财师|顾问|admin|bank|official|service",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Composed, on at most forty lines, without directions, hidden signs and towers of marks."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = "".join(
        each
        for each in _INVISIBLE.sub("", composed)
        if each == "\n" or unicodedata.category(each) not in ("Cc", "Cs", "Co", "Cn")
    )
    lines = [
        _RUN.sub(lambda run: run.group(1) * MOST_REPEATS, _flat(line)).strip() for line in seen.split("\n")
    ]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    head = joined.split("\n")
    return (
        "\n".join(head[:MOST_LINES])
        if len(head) <= MOST_LINES
        else "\n".join((*head[: MOST_LINES - 1], " ".join(head[MOST_LINES - 1 :])))
    )


def _flat(line: str) -> str:
    """At most two marks upon a letter, and one kind of blank."""
    kept, marks = [], 0
    for each in line:
        if unicodedata.category(each) in ("Mn", "Me"):
            marks += 1
            if marks > MOST_MARKS:
                continue
        else:
            marks = 0
        kept.append(" " if unicodedata.category(each) == "Zs" or each == "\t" else each)
    return "".join(kept)


def written(text: str, *, most: int, least: int = 2) -> str:
    """The words, clean. :raises NothingSaid when there are hardly any, TooLong"""
    if len(text) > most * 4:
        raise TooLong(most=most)
    words = clean(text)
    if len(_LETTER.findall(words)) < least:
        raise NothingSaid()
    if len(words) > most:
        raise TooLong(most=most)
    return words


def checked_nickname(text: str) -> str:
    """:raises NicknameRefused"""
    name = clean(text).replace("\n", " ")
    if not 2 <= len(name) <= 12 or len(_LETTER.findall(name)) < 2:
        raise NicknameRefused()
    if identifier_in(name) or re.search(r"\d{5}", name) or _STAFF.search(re.sub(r"[\W_]", "", name)):
        raise NicknameRefused()
    return name


_MASKS = {
    "phone": masking.mask_phone,
    "ID": masking.mask_id,
    "card": masking.mask_card,
}


def masked(text: str) -> str:
    """The text with people's numbers and addresses made unreadable, by whatever signs they are parted."""
    text = _MAIL.sub(lambda found: masking.mask_email(found.group()), text)
    for kind in ("ID", "card", "phone"):
        text = PATTERNS[kind].sub(lambda found, mask=_MASKS[kind]: mask(found.group()), text)  # type: ignore[misc]
    return _PARTED.sub(lambda found: mask_parted(found.group()), text)


_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+")
"""Between Chinese characters too, which the common pattern takes for part of the name."""
_PARTED = re.compile(r"(?<![0-9A-Za-z])1[ \-.·_]?[3-9](?:[ \-.·_]{0,2}\d){9}(?![0-9A-Za-z])")


def mask_parted(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    return masking.mask_phone(digits)


def blotted(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these stretches made unreadable."""
    letters = list(text)
    for start, end in spans:
        for place in range(max(start, 0), min(end, len(letters))):
            if not letters[place].isspace():
                letters[place] = "*"
    return "".join(letters)
