"""Topics of marketing, and who wants no more of which."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huiqun.delivery.models import TopicRefusal
from huiqun.lib.channels import Purpose
from huiqun.products import queries as products


@dataclass(frozen=True, kw_only=True)
class Topic:
    """``label`` is in the person's language; ``refused_at`` is None while it is welcome."""

    key: str
    label: str
    refused_at: datetime | None = None


def topic_labels() -> dict[str, str]:
    """What campaigns may be about: the kinds of the bank's products."""
    return dict(products.kind_choices())


def topics_of(customer_id: int) -> list[Topic]:
    """All topics, and which of them a customer has refused."""
    refused = dict(TopicRefusal.objects.filter(customer_id=customer_id).values_list("topic", "since_at"))
    labels = topic_labels() | {topic: topic for topic in refused if topic not in topic_labels()}
    return [Topic(key=key, label=label, refused_at=refused.get(key)) for key, label in labels.items()]


def is_refused_by_anybody(topic: str, *, purpose: str) -> bool:
    """Whether the gate has to ask: service messages are not refused by topic."""
    if not topic or purpose != Purpose.MARKETING:
        return False
    return TopicRefusal.objects.filter(topic=topic).exists()


def refusing_among(customer_ids: Collection[int], *, topic: str, purpose: str) -> set[int]:
    """Of these, who refuses the topic now."""
    if not topic or purpose != Purpose.MARKETING:
        return set()
    ids = "{" + ",".join(map(str, customer_ids)) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM delivery_topicrefusal"
            " WHERE topic = %s AND customer_id = ANY(%s::bigint[])",
            [topic, ids],
        )
        return {row[0] for row in cursor.fetchall()}
