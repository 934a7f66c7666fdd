"""Whether a licence carries what is done under it."""

from dataclasses import dataclass
from datetime import date, timedelta

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

WARN_DAYS = 60


class LicenceExpired(Refusal):
    code = "compliance.licence_expired"
    sentence = _("Licence %(number)s is no longer valid. Renew it in the register before sending.")


class LicenceTaken(Refusal):
    code = "compliance.licence_taken"
    sentence = _("A licence with the number %(number)s is already registered.")


class BadLicence(Refusal):
    code = "compliance.bad_licence"
    sentence = _("A licence needs a name, a number, a holder, a scope, and an expiry after its issue.")


@dataclass(frozen=True, kw_only=True)
class LicenceDates:
    """``expires_date`` is the last valid day; None means without end (长期)."""

    number: str
    expires_date: date | None
    ended: bool = False


def is_valid(licence: LicenceDates, *, on: date) -> bool:
    return not licence.ended and (licence.expires_date is None or on <= licence.expires_date)


def licence_state(licence: LicenceDates, *, on: date) -> str:
    """valid, expiring (within 60 days), expired or ended"""
    if licence.ended:
        return "ended"
    if not is_valid(licence, on=on):
        return "expired"
    if licence.expires_date and licence.expires_date <= on + timedelta(days=WARN_DAYS):
        return "expiring"
    return "valid"
