"""Subtitle files and timed scripts: what is said in a film, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

LARGEST_FILE = 1024 * 1024
NAMES = (".srt", ".vtt", ".ass", ".ssa", ".txt")
_SIGNS_OF_AN_END = "。!?！？…；;"
_TIME = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_ASS = re.compile(rf"^Dialogue:\s*[^,]*,{_TIME},{_TIME},(?:[^,]*,){{6}}(.*)$")
_MARKUP = re.compile(r"<[^<>\n]{0,200}>|\{[^{}\n]{0,200}\}")


class NotSubtitles(Refusal):
    code = "compliance.not_subtitles"
    sentence = _(
        "This is neither a subtitle file (SRT, VTT, ASS) nor plain text in UTF-8 or GB18030. "
        "Export the script as one of these."
    )


class ScriptTooLong(Refusal):
    code = "compliance.script_too_long"
    sentence = _("The script is larger than 1 MB. Divide it.")


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One title: seconds from the beginning of the film, and its place in the text."""

    start: float
    end: float
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class ScriptText:
    """What is said, as one text; a script without times has no cues."""

    text: str
    cues: tuple[Cue, ...]

    @property
    def seconds(self) -> float | None:
        """How long the film is at least."""
        return max((cue.end for cue in self.cues), default=None)

    def time_of(self, place: int) -> float | None:
        """When the character at ``place`` is on screen."""
        return next((cue.start for cue in self.cues if cue.first <= place < cue.last), None)


def read_script(content: bytes, file_name: str) -> ScriptText:
    """:raises NotSubtitles, ScriptTooLong"""
    if len(content) > LARGEST_FILE:
        raise ScriptTooLong()
    text = _decoded(content)
    if not file_name.lower().endswith(NAMES) or not text.strip():
        raise NotSubtitles()
    titles = [*_titles(text)]
    return _joined(titles) if titles else ScriptText(text=text, cues=())


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise NotSubtitles()


def _titles(text: str) -> Iterator[tuple[float, float, str]]:
    """(start, end, words) of each title of an SRT, VTT or ASS file."""
    lines = iter(text.split("\n"))
    for line in lines:
        if spoken := _ASS.match(line):
            words = spoken.group(9).replace("\\N", "").replace("\\n", "")
            yield _seconds(spoken, 1), _seconds(spoken, 5), _bare(words)
        elif cue := _CUE.match(line):
            words = "".join(_bare(part) for part in iter(lambda: next(lines, "").strip(), ""))
            yield _seconds(cue, 1), _seconds(cue, 5), words


def _bare(words: str) -> str:
    return _MARKUP.sub("", words).strip()


def _seconds(match: re.Match[str], first: int) -> float:
    hours, minutes, seconds, fraction = (match.group(first + part) or "0" for part in range(4))
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _joined(titles: list[tuple[float, float, str]]) -> ScriptText:
    """Sentences run on over titles, so titles are joined; a pause or a full stop ends a sentence."""
    text, cues = "", []
    before = 0.0
    for start, end, words in titles:
        if text and (text[-1] in _SIGNS_OF_AN_END or start - before > 1.5):
            text += "\n"
        cues.append(Cue(start=start, end=end, first=len(text), last=len(text) + len(words)))
        text += words
        before = end
    return ScriptText(text=text, cues=tuple(cues))
