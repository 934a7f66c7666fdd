"""Why text is no rule: where it stops being one, and what could stand there."""

from collections import UserString
from typing import Any

from huiqun.audiences.rules.refusals import RuleInvalid
from huiqun.lib.words import gettext_noop as _


class AsTyped(UserString):
    """Words that stay as they are when the refusal is translated."""


class TextWrong(RuleInvalid):
    """``offset`` counts characters from 0, ``line`` and ``column`` from 1."""

    code = "audiences.text_wrong"
    sentence = _(
        "Line %(line)s, column %(column)s: “%(found)s” does not belong here. Expected: %(expected)s."
    )

    def __init__(self, *, text: str, offset: int, **values: Any) -> None:
        line, column = place(text, offset)
        super().__init__(path=f"{line}:{column}", line=line, column=column, **values)
        self.offset, self.line, self.column = offset, line, column


class TextEnds(TextWrong):
    code = "audiences.text_ends"
    sentence = _("Line %(line)s, column %(column)s: the text ends too early. Expected: %(expected)s.")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
