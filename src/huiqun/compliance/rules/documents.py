"""What keeps a document from being made."""

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class FontMissing(Refusal):
    code = "compliance.font_missing"
    sentence = _("The document's font is not installed. Ask an administrator to build the frontend.")
    status = 409
