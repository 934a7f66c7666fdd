"""What can be judged at all: words, and not too many of them."""

import re

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

LONGEST_COPY = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class CopyTooLong(Refusal):
    code = "compliance.copy_too_long"
    sentence = _(
        "The text has %(count)s characters. At most %(most)s can be checked at once: check it in parts."
    )
    status = 422


class CopyNotText(Refusal):
    code = "compliance.copy_not_text"
    sentence = _("This is no text: it holds control characters. Paste the words only.")
    status = 422


def check_readable(text: str) -> None:
    """:raises CopyTooLong, CopyNotText"""
    if len(text) > LONGEST_COPY:
        raise CopyTooLong(count=len(text), most=LONGEST_COPY)
    if _CONTROL.search(text):
        raise CopyNotText
