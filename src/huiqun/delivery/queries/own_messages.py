"""What a customer has got from the bank, for the customer's own eyes."""

from dataclasses import dataclass
from datetime import datetime

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.customers.queries import Addressee
from huiqun.delivery.models import Recipient
from huiqun.delivery.models.runs import IMPORTED
from huiqun.delivery.queries.links import make_link
from huiqun.delivery.queries.log_pages import HIDDEN_LINK
from huiqun.delivery.queries.messages import Words
from huiqun.delivery.queries.topics import topic_labels
from huiqun.delivery.queries.wording import Wording, wording
from huiqun.delivery.rules.states import CHANNEL_WORDS

MOST = 20


@dataclass(frozen=True, kw_only=True)
class OwnMessage:
    """``body`` is None where the words are another system's; ``token`` opens the page that says why."""

    recipient_id: int
    channel: str
    channel_words: str
    purpose: str
    topic: str
    sent_at: datetime
    subject: str
    body: str | None
    token: str


def own_messages(*, customer_id: int) -> list[OwnMessage]:
    """The latest, newest first, in the words in which they were sent."""
    rows = Recipient.objects.filter(customer_id=customer_id, sent_at__isnull=False).select_related("run")
    found = list(rows.order_by("-sent_at", "-id")[:MOST])
    if not found:
        return []
    merged = customers.merge_values(customer_ids=[customer_id])[customer_id]
    person = Addressee(contact="", name=merged.name, salutation=merged.salutation, branch=merged.branch)
    topics = topic_labels()
    known: dict[tuple[int, str, str], Wording] = {}
    return [_message(row, person, topics, known) for row in found]


def _message(
    row: Recipient,
    person: Addressee,
    topics: dict[str, str],
    known: dict[tuple[int, str, str], Wording],
) -> OwnMessage:
    subject, body = "", None
    if row.source != IMPORTED:
        key = (row.run_id, row.channel, row.variant_key)
        if key not in known:
            approved = compliance.words_of(row.run.digest, row.variant_key)
            known[key] = wording(row.run, row.channel, Words(approved.subject, approved.body))
        further = dict.fromkeys(known[key].links, HIDDEN_LINK)
        subject, body, _one_click = known[key].filled(person, HIDDEN_LINK, further)
    assert row.sent_at is not None
    return OwnMessage(
        recipient_id=row.pk,
        channel=row.channel,
        channel_words=CHANNEL_WORDS.get(row.channel, row.channel),
        purpose=row.run.purpose,
        topic=topics.get(row.run.topic, ""),
        sent_at=row.sent_at,
        subject=subject,
        body=body,
        token="" if row.source == IMPORTED else make_link(row.pk),
    )
