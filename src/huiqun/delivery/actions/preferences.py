"""What a customer changes in the preference centre. Recipients are locked before consents, as the senders do."""

from datetime import datetime

from django.db import transaction

from huiqun.customers import actions as customer_actions
from huiqun.customers import queries as customers
from huiqun.delivery.actions.suppressions import drop_waiting
from huiqun.delivery.rules.states import Reason
from huiqun.lib.channels import Purpose

SOURCE = "preferences"


@transaction.atomic
def withdraw_by_customer(*, customer_id: int, channel: str, purpose: str, now: datetime) -> bool:
    """No more of this purpose by this channel, nor what waits of it; whether that is new."""
    drop_waiting(customer_id=customer_id, channel=channel, purpose=purpose, reason=Reason.NO_CONSENT)
    return customer_actions.withdraw_consent(
        customer_id=customer_id, channel=channel, purpose=purpose, source=SOURCE, now=now
    )


@transaction.atomic
def stop_all_marketing(*, customer_id: int, now: datetime) -> int:
    """No more marketing by any channel; how many consents that ended. Service messages go on."""
    drop_waiting(customer_id=customer_id, channel="", purpose=Purpose.MARKETING, reason=Reason.NO_CONSENT)
    answers = customers.consents_of(customer_id=customer_id)
    given = sorted(
        each.channel for each in answers if each.purpose == Purpose.MARKETING and each.state == "given"
    )
    return sum(
        customer_actions.withdraw_consent(
            customer_id=customer_id, channel=channel, purpose=Purpose.MARKETING, source=SOURCE, now=now
        )
        for channel in given
    )
