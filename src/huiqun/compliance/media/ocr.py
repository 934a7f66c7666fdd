"""Reads the print in a picture with the recogniser whose models come in its package: nothing is fetched."""

import logging
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from huiqun.compliance.media.pictures import Box, Line, PictureText, in_reading_order

LONGEST_SIDE = 2400
"""Larger pictures are read at this size; print that would then be too small to read is too small for anyone."""
TALLEST_PIECE = 3200
OVERLAP = 200
SURE_ENOUGH = 0.6
"""Below this the recogniser guesses; what it guesses at is mostly ornament."""


def read_picture(picture: Image.Image) -> PictureText:
    """What is printed in the picture. A long screenshot is read in pieces."""
    scale = min(1.0, LONGEST_SIDE / picture.width)
    shown = picture if scale == 1 else picture.resize((LONGEST_SIDE, round(picture.height * scale)))
    lines: list[Line] = []
    for top in range(0, max(shown.height - OVERLAP, 1), TALLEST_PIECE - OVERLAP):
        piece = shown.crop((0, top, shown.width, min(top + TALLEST_PIECE, shown.height)))
        lines += [line for line in _lines(piece, top, scale) if not _is_known(line, lines)]
    return in_reading_order(lines, width=picture.width, height=picture.height)


def _is_known(line: Line, lines: list[Line]) -> bool:
    """Whether the piece above already showed the line."""
    return any(
        abs(line.box.middle - other.box.middle) < other.box.height / 2
        and line.box.left < other.box.right
        and other.box.left < line.box.right
        for other in lines
    )


def _lines(piece: Image.Image, top: int, scale: float) -> list[Line]:
    found = _recogniser()(np.asarray(piece)[:, :, ::-1], return_word_box=True, return_single_char_box=True)
    if found.boxes is None or found.word_results is None:
        return []
    lines = (_line(words, top, scale) for words in found.word_results)
    return [line for line in lines if line is not None]


def _line(words: Any, top: int, scale: float) -> Line | None:
    """Characters with their boxes; a recognised run of letters shares the box of the run."""
    text: list[str] = []
    boxes: list[Box] = []
    for word, score, corners in words:
        if not word or corners is None or score < SURE_ENOUGH:
            continue
        text.append(word)
        boxes += [_box(corners, top, scale)] * len(word)
    return Line("".join(text), tuple(boxes)) if text else None


def _box(corners: Any, top: int, scale: float) -> Box:
    xs, ys = zip(*corners, strict=True)
    return Box(
        round(min(xs) / scale),
        round((min(ys) + top) / scale),
        round(max(xs) / scale),
        round((max(ys) + top) / scale),
    )


@cache
def _recogniser() -> Any:
    # Half a second and two hundred megabytes: only for the process that reads pictures.
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})
