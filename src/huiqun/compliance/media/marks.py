"""Where the characters of a text stand, as plain values that a database keeps, and back."""

from itertools import groupby
from typing import Any

from huiqun.compliance.media.pictures import Box, PictureText
from huiqun.compliance.media.subtitles import Cue, ScriptText


def as_marks(text: PictureText | ScriptText) -> dict[str, Any]:
    if isinstance(text, ScriptText):
        return {"cues": [[cue.start, cue.end, cue.first, cue.last] for cue in text.cues]}
    boxes = [[len([*same]), box] for box, same in groupby(text.boxes)]
    return {"width": text.width, "height": text.height, "boxes": boxes}


def picture_text(text: str, marks: dict[str, Any]) -> PictureText:
    boxes = [Box(*box) if box else None for times, box in marks["boxes"] for _ in range(times)]
    return PictureText(width=marks["width"], height=marks["height"], text=text, boxes=tuple(boxes))


def script_text(text: str, marks: dict[str, Any]) -> ScriptText:
    cues = (Cue(start=start, end=end, first=first, last=last) for start, end, first, last in marks["cues"])
    return ScriptText(text=text, cues=tuple(cues))
