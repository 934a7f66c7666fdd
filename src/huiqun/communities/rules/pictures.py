"""Photographs that members send: painted anew, so that nothing of the file that came is kept."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from huiqun.communities.rules.refusals import NotAPicture, PictureTooLarge

MOST_PICTURES = 9
LARGEST_FILE = 10 * 2**20
LARGEST_AREA = 40_000_000
"""Pixels: a small file may unfold into a very large picture."""
LONGEST_SIDE = 1280
FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class Painted:
    content: bytes
    width: int
    height: int


def paint(content: bytes) -> Painted:
    """A JPEG of at most 1280 pixels a side, upright, without place, time or whatever hid in the file.

    :raises NotAPicture, PictureTooLarge: before it is unfolded
    """
    if len(content) > LARGEST_FILE:
        raise PictureTooLarge()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(FORMATS))
            if picture.width * picture.height > LARGEST_AREA:
                raise PictureTooLarge()
            if getattr(picture, "n_frames", 1) > 1:
                picture.seek(0)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return _jpeg(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise NotAPicture() from None


def _jpeg(picture: Image.Image) -> Painted:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    coloured = picture.convert("RGBA")
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=coloured.getchannel("A"))
    stream = io.BytesIO()
    ground.save(stream, "JPEG", quality=82)
    return Painted(stream.getvalue(), ground.width, ground.height)
