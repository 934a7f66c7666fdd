"""A message to oneself, to see how it looks: marked as a test, never counted."""

import uuid
from datetime import datetime

from django.db import transaction

from huiqun.delivery.actions.opening import open_account
from huiqun.delivery.channels.base import Message, Verdict
from huiqun.delivery.events import TestMessageSent
from huiqun.delivery.models import ChannelAccount
from huiqun.delivery.rules.refusals import AccountUnfit, NotYourOwnAddress, TestNotSent
from huiqun.delivery.rules.sms_text import signature_of
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel

MARK = "【测试】"
OWN = {Channel.SMS: "phone", Channel.EMAIL: "email"}


def test_send(
    *, account_id: int, channel: str, to: str, subject: str, body: str, by: Staff, now: datetime
) -> str:
    """Send ``body`` as it stands to the person's own number or address; the channel's reference.

    :raises NotYourOwnAddress, AccountUnfit, TestNotSent
    """
    own = str(getattr(by, OWN[Channel(channel)]))
    if not own or to.strip().casefold() != own.strip().casefold():
        raise NotYourOwnAddress(contact=OWN[Channel(channel)])
    account = ChannelAccount.objects.filter(pk=account_id, channel=channel).first()
    if account is None:
        raise AccountUnfit(account=account_id)
    sender = open_account(account_id)
    try:
        message = Message(
            key=f"test-{uuid.uuid4().hex}", to=own, subject=f"{MARK}{subject}", body=_marked(body), at=now
        )
        outcome = sender.send(message)
    finally:
        sender.close()
    if outcome.verdict != Verdict.ACCEPTED:
        raise TestNotSent(problem=outcome.code or str(outcome.verdict))
    with transaction.atomic():
        sent = TestMessageSent(account_id=account_id, channel=channel, staff_id=by.pk)
        facts.record(sent, at=now, by=by, branch_id=by.branch_id)
    return outcome.reference


def _marked(body: str) -> str:
    """A registered signature must lead the text: the mark goes behind it, and may not look like one."""
    signature = signature_of(body)
    return f"{signature}(测试){body[len(signature) :]}" if signature else f"{MARK}{body}"


test_send.__test__ = False  # type: ignore[attr-defined] # pytest takes the name for a test
