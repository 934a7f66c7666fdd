"""Whether a licence carries what is done under it."""

from dataclasses import dataclass
from datetime import date, timedelta

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

WARN_DAYS = 30
TELL_DAYS = (30, 7, 1)
"""How long before the end its keepers are reminded, once each."""
QUALIFIED_KINDS = frozenset({"wealth", "fund", "insurance"})
"""Products that only qualified staff may sell."""


class LicenceExpired(Refusal):
    code = "compliance.licence_expired"
    sentence = _("Licence %(number)s is no longer valid. Renew it in the register before sending.")


class LicenceTaken(Refusal):
    code = "compliance.licence_taken"
    sentence = _("A licence with the number %(number)s is already registered.")


class BadLicence(Refusal):
    code = "compliance.bad_licence"
    sentence = _("A licence needs a name, a number, a holder, a scope, and an expiry after its issue.")


class IncompleteLicence(Refusal):
    code = "compliance.incomplete_licence"
    sentence = _(
        "A qualification names a member of staff and the kinds of products; a distribution agreement names"
        " the issuer and the kinds of products. Fill them in."
    )


class NoDistributionRight(Refusal):
    code = "compliance.no_distribution_right"
    sentence = _(
        "The register holds no valid distribution agreement with %(issuer)s for this kind of product."
        " Register or renew it, or take another product."
    )


class NotQualified(Refusal):
    code = "compliance.not_qualified"
    sentence = _(
        "%(staff)s is named as seller and has no valid qualification for this kind of product."
        " Register or renew it, or name somebody else."
    )


class PermissionLapsed(Refusal):
    code = "compliance.permission_lapsed"
    sentence = _(
        "%(name)s, which this campaign's material needs, is not or no longer valid."
        " Renew it in the register, or take the material out."
    )


@dataclass(frozen=True, kw_only=True)
class LicenceDates:
    """``expires_date`` is the last valid day; None means without end (长期)."""

    number: str
    expires_date: date | None
    ended: bool = False


def is_valid(licence: LicenceDates, *, on: date) -> bool:
    return not licence.ended and (licence.expires_date is None or on <= licence.expires_date)


def licence_state(licence: LicenceDates, *, on: date) -> str:
    """valid, expiring (within 30 days), expired or ended"""
    if licence.ended:
        return "ended"
    if not is_valid(licence, on=on):
        return "expired"
    if licence.expires_date and licence.expires_date <= on + timedelta(days=WARN_DAYS):
        return "expiring"
    return "valid"


def reminder_due(*, expires_date: date | None, told: int | None, on: date) -> int | None:
    """The reminder that is due and was not given yet: 30, 7 or 1. Who was late gives the nearest one only."""
    if expires_date is None or expires_date < on:
        return None
    left = (expires_date - on).days
    due = min((days for days in TELL_DAYS if left <= days), default=None)
    return due if due is not None and (told is None or due < told) else None
