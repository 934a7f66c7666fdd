"""Who has agreed to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huiqun.customers.models import Consent, ConsentRecord


def lock_consents(*, customer_ids: Iterable[int], channel: str, purpose: str) -> set[int]:
    """Those whose consent is given, their rows locked FOR SHARE in key order until the caller commits.

    A withdrawal waits for that commit, and one that committed first is seen here. Consents to a text
    that is no longer accepted are not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.customer_id, k.state, EXISTS ("
            "SELECT FROM customers_consenttext t WHERE t.channel = k.channel AND t.purpose = k.purpose"
            "   AND t.version = k.text_version AND t.accepted)"
            " FROM customers_consent k WHERE k.customer_id = ANY(%s) AND k.channel = %s AND k.purpose = %s"
            " ORDER BY k.customer_id FOR SHARE OF k",
            [list(customer_ids), channel, purpose],
        )
        return {
            customer_id for customer_id, state, accepted in cursor.fetchall() if state == "given" and accepted
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    channel: str
    purpose: str
    state: str
    text_version: str
    source: str
    at: datetime


def consents_of(*, customer_id: int) -> list[Answer]:
    """A customer's current answers; no answer for a channel and purpose means no."""
    return [
        _answer(row) for row in Consent.objects.filter(customer_id=customer_id).order_by("channel", "purpose")
    ]


def consent_history(*, customer_id: int, limit: int = 50) -> list[Answer]:
    """The ledger's rows about a customer, newest first."""
    rows = ConsentRecord.objects.filter(customer_id=customer_id).order_by("-id")[:limit]
    return [_answer(row) for row in rows]


def _answer(row: Consent | ConsentRecord) -> Answer:
    return Answer(
        channel=row.channel,
        purpose=row.purpose,
        state=row.state,
        text_version=row.text_version,
        source=row.source,
        at=row.at,
    )
