"""Saying no to a topic, and yes again. Whoever refuses takes what waits with it, as a suppression does."""

from datetime import datetime

from django.db import connection, transaction

from huiqun.delivery.actions.suppressions import drop_waiting
from huiqun.delivery.events import TopicAllowed, TopicRefused
from huiqun.delivery.models import TopicRefusal
from huiqun.delivery.queries.topics import topic_labels
from huiqun.delivery.rules.refusals import UnknownTopic
from huiqun.delivery.rules.states import Reason
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Purpose


@transaction.atomic
def refuse_topic(
    *, customer_id: int, topic: str, source: str, now: datetime, by: Staff | None = None
) -> bool:
    """No more marketing about a topic by any channel; whether that is new.

    Once this has committed nothing more about it is marked for sending: markers read refusals after they
    have locked the recipients, and what waits is dropped here.
    :raises UnknownTopic
    """
    _check(topic)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_topicrefusal (customer_id, topic, since_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (customer_id, topic) DO NOTHING",
            [customer_id, topic, now],
        )
        is_new = bool(cursor.rowcount)
    dropped = drop_waiting(
        customer_id=customer_id,
        channel="",
        purpose=Purpose.MARKETING,
        topic=topic,
        reason=Reason.TOPIC_REFUSED,
    )
    if is_new:
        fact = TopicRefused(customer_id=customer_id, topic=topic, source=source, dropped=dropped)
        facts.record(fact, at=now, by=by)
    return is_new


@transaction.atomic
def allow_topic(*, customer_id: int, topic: str, source: str, now: datetime, by: Staff | None = None) -> bool:
    """Take a refusal back; whether there was one. What was dropped stays dropped."""
    _, deleted = TopicRefusal.objects.filter(customer_id=customer_id, topic=topic).delete()
    if not deleted:
        return False
    fact = TopicAllowed(customer_id=customer_id, topic=topic, source=source)
    facts.record(fact, at=now, by=by)
    return True


def _check(topic: str) -> None:
    if topic not in topic_labels():
        raise UnknownTopic
