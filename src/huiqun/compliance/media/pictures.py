"""A poster or screenshot as text, with a box for each character."""

import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_AREA = 40_000_000
"""Pixels of one picture: a small file may unfold into a very large picture."""
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class NotAPicture(Refusal):
    code = "compliance.not_a_picture"
    sentence = _("This file is not a PNG, JPEG or WebP picture. Export the poster as one of these.")


class PictureTooLarge(Refusal):
    code = "compliance.picture_too_large"
    sentence = _("The picture is larger than 10 MB or 40 megapixels. Export a smaller one.")


class Box(NamedTuple):
    """Whole pixels from the upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    def joined(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class Line:
    """A line as it was recognised: characters and their boxes, one for each."""

    text: str
    boxes: tuple[Box, ...]

    @property
    def box(self) -> Box:
        whole = self.boxes[0]
        for box in self.boxes[1:]:
            whole = whole.joined(box)
        return whole


@dataclass(frozen=True, kw_only=True)
class PictureText:
    """What a picture says, in reading order, one line of text for each line of print.

    ``boxes`` has an entry for each character of ``text``; between lines it is None.
    """

    width: int
    height: int
    text: str
    boxes: tuple[Box | None, ...]

    def places(self, start: int, end: int) -> list[Box]:
        """The boxes around ``text[start:end]``, one for each line it touches."""
        stretch = self.boxes[start:end]
        return [
            _around([box for box in boxes if box])
            for printed, boxes in groupby(stretch, key=lambda box: box is not None)
            if printed
        ]


def _around(boxes: Sequence[Box]) -> Box:
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.joined(box)
    return whole


def open_picture(content: bytes) -> Image.Image:
    """The picture, upright and in plain colours, without what the camera noted of place and time.

    :raises NotAPicture, PictureTooLarge
    """
    if len(content) > LARGEST_FILE:
        raise PictureTooLarge()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(FORMATS))
            if picture.width * picture.height > LARGEST_AREA:
                raise PictureTooLarge()
            return _on_white(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise NotAPicture() from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Letters on nothing would be read as letters on black."""
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture.convert("RGB")
    coloured = picture.convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    ground.alpha_composite(coloured)
    return ground.convert("RGB")


def as_png(picture: Image.Image) -> bytes:
    """The picture alone: nothing of the file it came in is kept."""
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=False)
    return stream.getvalue()


def in_reading_order(lines: Iterable[Line], *, width: int, height: int) -> PictureText:
    """Rows from top to bottom, each from left to right."""
    text: list[str] = []
    boxes: list[Box | None] = []
    for row in _rows(sorted(lines, key=lambda line: line.box.middle)):
        for line in sorted(row, key=lambda line: line.box.left):
            if text:
                text.append("\n")
                boxes.append(None)
            text.append(line.text)
            boxes.extend(line.boxes)
    return PictureText(width=width, height=height, text="".join(text), boxes=tuple(boxes))


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines whose middles lie within half a line of each other stand in one row."""
    row: list[Line] = []
    for line in lines:
        if row and line.box.middle - row[0].box.middle > min(line.box.height, row[0].box.height) / 2:
            yield row
            row = []
        row.append(line)
    if row:
        yield row
