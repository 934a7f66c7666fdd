"""Pictures made anew, for those who show what somebody uploaded."""

import hashlib
import io
from dataclasses import dataclass

WIDEST = 900
QUALITIES = (82, 70, 58, 46)


@dataclass(frozen=True, kw_only=True)
class PhonePicture:
    """A JPEG without anything of the file that it came in."""

    content: bytes
    digest: str
    width: int
    height: int


def picture_for_phones(content: bytes, *, heaviest: int) -> PhonePicture | None:
    """The picture at most ``WIDEST`` pixels wide and ``heaviest`` bytes; None when it cannot be made so light.

    :raises NotAPicture, PictureTooLarge
    """
    from huiqun.compliance.media.pictures import open_picture  # its library is loaded by who brings a picture

    picture = open_picture(content)
    picture.thumbnail((WIDEST, WIDEST))
    for quality in QUALITIES:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
        made = stream.getvalue()
        if len(made) <= heaviest:
            digest = hashlib.sha256(made).hexdigest()
            return PhonePicture(content=made, digest=digest, width=picture.width, height=picture.height)
    return None
