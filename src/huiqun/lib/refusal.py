"""Why something was not done, in a form that a door can show and a test can name."""

from collections.abc import Sequence
from typing import Any, ClassVar

from huiqun.lib.words import gettext_noop as _


class Refusal(Exception):
    """A decision not to do something: a stable code, and a sentence that says what to do next.

    ``sentence`` is an English msgid with ``%(name)s`` places for ``values``; doors translate it.
    ``citations`` carry the law's articles where the law decided.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = _("This cannot be done.")
    status: ClassVar[int] = 409
    leads_to: ClassVar[str] = ""
    """The name of a page where the next step is taken, "" for none; doors link to it."""

    def __init__(self, *, citations: Sequence[Any] = (), **values: Any) -> None:
        self.values = values
        self.citations = tuple(citations)
        super().__init__(self.sentence % values if values else self.sentence)


class NotYours(Refusal):
    code = "not_yours"
    sentence = _("Your role does not allow this. Ask an administrator if you need it for your work.")
    status = 403


class NotText(Refusal):
    code = "not_text"
    sentence = _("This address or form holds characters that are no text. Type it in again.")
    status = 400


class NotFound(Refusal):
    code = "not_found"
    sentence = _("There is nothing here, or it belongs to another branch.")
    status = 404
