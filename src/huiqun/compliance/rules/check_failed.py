"""When the checker itself fails: nothing passes because of that."""

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class CheckFailed(Refusal):
    code = "compliance.check_failed"
    sentence = _(
        "The text could not be checked, so it cannot go on. Try again; if it stays so, tell an administrator."
    )
    status = 503
