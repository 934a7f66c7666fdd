"""How a delivery went, for people."""

from django.utils.translation import gettext as _

from huiqun.lib.words import gettext_noop

CODES = {
    "timed_out": gettext_noop("No answer in time"),
    "not_reached": gettext_noop("No connection"),
    "name_not_found": gettext_noop("The host name is not known"),
    "address_not_public": gettext_noop("The host leads into a private network"),
    "address_unfit": gettext_noop("The address may no longer be used"),
    "wrong_certificate": gettext_noop("The certificate is not the host's"),
    "broken_answer": gettext_noop("The answer could not be read"),
    "too_late": gettext_noop("Waited too long"),
}


def words_of_code(code: str) -> str:
    """In the reader's language; a status of HTTP as it is."""
    if code.startswith("http_3"):
        return _("Sent elsewhere (%(status)s); redirects are not followed") % {"status": code[5:]}
    if code.startswith("http_"):
        return f"HTTP {code[5:]}"
    return _(CODES[code]) if code in CODES else code
