"""Writes the fix: what may safely be put in place of words, and where a missing sentence goes. Pure.

A fix touches the finding's own words and nothing else, save for one mark of punctuation that would stand
doubled where words are taken out. Whoever applies one judges the new text again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from huiqun.compliance.rules.findings import Finding, InsertAt

MESSAGES = frozenset({"sms", "email", "app_push"})
"""Channels whose copy starts with the sender in 【】 and ends with how to opt out."""
ONE_LINE = frozenset({"sms", "app_push", "wechat_title", "group_chat"})
"""Channels where a sentence is added to the last one, not on a line of its own."""

_PLACES = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\{#.*?(?:#\}|$)", re.DOTALL)
_SIGNATURE = re.compile(r"\s*【[^】\n]{1,40}】")
_OPT_OUT = re.compile(
    r"(?:如不需要|不想再收|如需退订|如不愿接收)?[^。！？!?；;，,\s}】]{0,4}"
    r"(?:拒收|退订|\{\{ *optout *\}\}|回复?(?:TD|[TRN])(?![A-Za-z])|unsubscribe|取消订阅)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"【(?!广告】)[^】{}]+】")
_LINKED = re.compile(r"退订|取消订阅|拒收$|unsubscribe", re.IGNORECASE)
_LONGEST_TAIL = 40
_PAUSES = "，,、；;：:"
_STOPS = "。！!？?…"
_CLOSES = "】）)”』」》\n"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Put `put` in place of the code points from `start` to before `end`."""

    start: int
    end: int
    put: str
    safe: bool = True
    """False where somebody has to fill in what stands in 【】 before the sentence says anything."""

    def on(self, text: str) -> str:
        return text[: self.start] + self.put + text[self.end :]


def edit_for(text: str, finding: Finding, *, channel: str, bank: str = "") -> Edit | None:
    """What mends the finding in this very text; None where a person has to write.

    `bank` is what stands for {bank} in a sentence; the copy's variables stay as they are.
    """
    if finding.start is not None and finding.end is not None:
        return _replacement(text, finding.start, finding.end, finding.replacement)
    return _insertion(text, finding, channel, bank) if finding.insertion else None


def apply(text: str, finding: Finding, *, channel: str, bank: str = "") -> str:
    """The text with this one finding mended, or as it was."""
    edit = edit_for(text, finding, channel=channel, bank=bank)
    return edit.on(text) if edit else text


def apply_all_safe(text: str, findings: Iterable[Finding], *, channel: str, bank: str = "") -> str:
    """The text with all mended that is safe: words from right to left, sentences last.

    Of overlapping findings the one given first is mended; the next check tells whether more is to do.
    """
    findings = list(findings)
    for finding in _apart(findings):
        text = apply(text, finding, channel=channel, bank=bank)
    for missing in (finding for finding in findings if finding.start is None):
        edit = edit_for(text, missing, channel=channel, bank=bank)
        if edit and edit.safe and _sentence(missing, bank) not in text:
            text = edit.on(text)
    return text


def _apart(findings: list[Finding]) -> list[Finding]:
    """Those with words to replace, from right to left: what is still to come then keeps its place."""
    chosen: list[tuple[int, int, Finding]] = []
    for finding in findings:
        start, end = finding.start, finding.end
        if start is None or end is None or finding.replacement is None:
            continue
        if all(end <= left or right <= start for left, right, _ in chosen):
            chosen.append((start, end, finding))
    return [finding for *_, finding in sorted(chosen, key=lambda each: each[0], reverse=True)]


def _replacement(text: str, start: int, end: int, put: str | None) -> Edit | None:
    if put is None or not 0 <= start < end <= len(text) or _cuts_place(text, start, end):
        return None
    if put == "":
        start, end = _with_spare_mark(text, start, end)
    return None if text[start:end] == put else Edit(start=start, end=end, put=put)


def _cuts_place(text: str, start: int, end: int) -> bool:
    """Whether a place to fill in would be lost or broken."""
    return any(match.start() < end and start < match.end() for match in _PLACES.finditer(text))


def _with_spare_mark(text: str, start: int, end: int) -> tuple[int, int]:
    """Taking out words between two marks takes one of the marks with them: the weaker one."""
    before, after = text[start - 1 : start], text[end : end + 1]
    opens = not before or before in _STOPS + _CLOSES
    if before and before in _PAUSES and (not after or after in _PAUSES + _STOPS + "\n"):
        return start - 1, end
    if opens and after and after in _PAUSES + _STOPS:
        return start, end + 1
    if before == " " and (not after or after == " "):
        return start - 1, end
    return start, end


def _sentence(finding: Finding, bank: str) -> str:
    return finding.insertion.replace("{bank}", bank)


def _insertion(text: str, finding: Finding, channel: str, bank: str) -> Edit:
    sentence = _sentence(finding, bank)
    place = _at_start if finding.insert_at is InsertAt.START else _at_end
    return replace(place(text, sentence, channel), safe=not _BLANK.search(finding.insertion))


def _at_start(text: str, sentence: str, channel: str) -> Edit:
    """First of all, but after the sender's name in a message."""
    signature = _SIGNATURE.match(text) if channel in MESSAGES else None
    point = signature.end() if signature else len(text) - len(text.lstrip())
    if not text[point:]:
        after = ""
    elif channel in ONE_LINE or channel in MESSAGES:
        after = "" if sentence[-1] in _STOPS + _CLOSES else " " if len(sentence) < 5 else "。"
    else:
        after = "\n"
    return Edit(start=point, end=point, put=sentence + after)


def _at_end(text: str, sentence: str, channel: str) -> Edit:
    """Last of all, but before the words that say how to opt out of a message."""
    point = _opt_out_start(text) if channel in MESSAGES and not _OPT_OUT.search(sentence) else None
    if point is None:
        point = len(text.rstrip())
        return Edit(start=point, end=point, put=_glue(text[:point], channel) + sentence)
    after = "" if sentence[-1] in _STOPS else "。"
    return Edit(start=point, end=point, put=_glue(text[:point], channel) + sentence + after)


def _opt_out_start(text: str) -> int | None:
    """Where the closing words on opting out begin; None where there are none, or conditions stand around."""
    if "{%" in text or "{#" in text:
        return None
    found = [match for match in _OPT_OUT.finditer(text) if len(text) - match.end() <= _LONGEST_TAIL]
    return _phrase_start(text, found[0]) if found else None


def _phrase_start(text: str, match: re.Match[str]) -> int:
    """Where the phrase begins: "点击 {{ link }} 退订" is one, "点击 {{ link }} 拒收请回复R" is two."""
    before = text[: match.start()].rstrip()
    names_its_link = _LINKED.match(match[0].lstrip()) and not text[match.end() :].strip(_STOPS + " \n")
    if names_its_link and before and (before[-1] == "}" or before[-1].isascii()):
        return max(before.rfind(mark) for mark in _STOPS + _PAUSES + _CLOSES) + 1
    return match.start()


def _glue(before: str, channel: str) -> str:
    """What stands between the text so far and the sentence to come."""
    if not before.strip():
        return ""
    if channel not in ONE_LINE and "\n" in before and before[-1] != "\n":
        return "\n"
    if before[-1] in _STOPS + _PAUSES + _CLOSES or before[-1].isspace():
        return ""
    # A full stop right behind a link would be read as part of it.
    return " " if before[-1] == "}" or (before[-1].isascii() and before[-1].isalnum()) else "。"
