"""What is looked at when somebody claims: plain numbers, each with its words for staff and for customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huiqun.lib.words import gettext_noop as _

MOST = 100
"""Counts end here: "a hundred or more" decides as much as the exact number, and costs the same for ever."""


@dataclass(frozen=True, kw_only=True)
class ClaimSignals:
    """What the caller knows of a claim. ``device``, ``address``, ``payee`` and ``document`` are keyed digests or "";
    ``referrer_id`` is the customer who brought this one; ``proved`` says that they have just given a one-time code.
    Who is not ``present`` cannot be asked for one: a person looks at it instead."""

    subject: str
    benefit_id: int
    customer_id: int
    branch_id: int
    device: str = ""
    address: str = ""
    payee: str = ""
    document: str = ""
    opened_date: date | None = None
    referrer_id: int | None = None
    value_fen: int = 0
    proved: bool = False
    present: bool = True


@dataclass(frozen=True)
class Signal:
    """``less`` is risky downward (a young account). ``told`` is what a refused customer reads of it."""

    label: str
    told: str
    less: bool = False


SIGNALS: Mapping[str, Signal] = {
    "device_people_week": Signal(
        _("Other customers on the device within 7 days"), _("several customers have used the same phone")
    ),
    "device_claims_minute": Signal(
        _("Claims from the device within a minute"), _("very many claims came from this phone")
    ),
    "device_claims_hour": Signal(
        _("Claims from the device within an hour"), _("very many claims came from this phone")
    ),
    "device_claims_day": Signal(
        _("Claims from the device within a day"), _("very many claims came from this phone")
    ),
    "address_claims_minute": Signal(
        _("Claims from the network address within a minute"), _("very many claims came from this network")
    ),
    "address_claims_hour": Signal(
        _("Claims from the network address within an hour"), _("very many claims came from this network")
    ),
    "address_people_hour": Signal(
        _("Other customers at the network address within an hour"),
        _("very many customers came from this network"),
    ),
    "customer_claims_minute": Signal(
        _("The customer's own claims within a minute"), _("you claimed faster than a person can read")
    ),
    "customer_claims_day": Signal(
        _("The customer's own claims within a day"), _("you claimed unusually often today")
    ),
    "customer_pace": Signal(
        _("Claims today against the customer's own usual day, in times"),
        _("you claimed unusually often today"),
    ),
    "account_days": Signal(
        _("Age of the account in days"), _("your account has been opened very recently"), less=True
    ),
    "payee_people": Signal(
        _("Other customers with the same payee account within 90 days"),
        _("several customers share one payee account"),
    ),
    "document_people": Signal(
        _("Other customers with the same identity document within 90 days"),
        _("several customers share one identity document"),
    ),
    "ring_size": Signal(
        _("Members of the group of linked customers"), _("your claim is linked to a group of others")
    ),
    "referrer_device": Signal(
        _("Same device as the customer who referred them (1 or 0)"),
        _("you and the customer who invited you use the same phone"),
    ),
    "value_fen": Signal(_("Value of the piece in fen"), _("the benefit is a valuable one")),
}
FROZEN_TOLD = _("claims from this phone, account or group have been stopped while they are looked into")
