"""Facts about a customer, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiqun.customers.models.consents import CHANNEL_LABELS, PURPOSE_LABELS
from huiqun.customers.models.people import Customer
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from huiqun.lib.event import words_of

MOODS = {
    "customers.ConsentGiven": "good",
    "customers.ConsentWithdrawn": "bad",
    "benefits.BenefitClaimed": "good",
}

UNMASK_LABELS = {
    "service": _("Answer the customer's own request"),
    "call": _("Call the customer back"),
    "complaint": _("Handle a complaint"),
    "identity": _("Verify identity"),
    "risk": _("Investigate a risk"),
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    at: datetime
    title: str
    mood: str
    detail: str
    by: str


def timeline(*, customer_id: int, limit: int = 30) -> list[Moment]:
    """Newest first."""
    return [_moment(fact) for fact in facts.about("customer", customer_id)[:limit]]


def _moment(fact: Fact) -> Moment:
    by = fact.by.full_name if fact.by else ""
    return Moment(
        at=fact.at,
        title=gettext(words_of(fact.kind) or fact.kind),
        mood=MOODS.get(fact.kind, ""),
        detail=_detail(fact),
        by=by,
    )


def _detail(fact: Fact) -> str:
    body = fact.body
    if fact.kind == "customers.CustomerUnmasked":
        field = Customer._meta.get_field(body["field"]).verbose_name  # type: ignore[union-attr]
        return f"{field} · {UNMASK_LABELS.get(body['purpose'], body['purpose'])}"
    if fact.kind.startswith("customers.Consent"):
        channel = CHANNEL_LABELS.get(body["channel"], body["channel"])
        purpose = PURPOSE_LABELS.get(body["purpose"], body["purpose"])
        return f"{channel} · {purpose} · {source_label(body['source'])}"
    return ""


SOURCES = {
    "phone_page": _("Customer's phone"),
    "sms_reply": _("SMS reply"),
    "unsubscribe": _("Unsubscribe link"),
    "staff": _("Recorded by staff"),
    "branch": _("Agreed at the branch"),
    "branch_form": _("Form at the branch"),
}


def source_label(source: str) -> str:
    """Codes of our own doors in words; the bank's own sources as they were delivered."""
    return str(SOURCES.get(source, source)) or gettext("unknown")
