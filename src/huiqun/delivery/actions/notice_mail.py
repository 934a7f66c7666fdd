"""Notices to the bank's own staff, by a mail account that the bank has anyway."""

from datetime import datetime

from huiqun.delivery.actions.opening import open_account
from huiqun.delivery.channels.base import Message, Verdict
from huiqun.delivery.models import ChannelAccount
from huiqun.lib.channels import Channel


def carry_notice(key: str, to: str, subject: str, body: str, now: datetime) -> bool:
    """No run, no recipient: staff are no customers, and nothing of it is counted."""
    account = _account()
    if account is None:
        return False
    sender = open_account(account.pk)
    try:
        outcome = sender.send(Message(key=key, to=to, subject=subject, body=body, at=now))
    finally:
        sender.close()
    return outcome.verdict == Verdict.ACCEPTED


def can_carry() -> bool:
    return _account() is not None


def _account() -> ChannelAccount | None:
    """The head office's before a branch's."""
    accounts = ChannelAccount.objects.filter(channel=Channel.EMAIL.value, enabled=True)
    found: ChannelAccount | None = accounts.order_by("branch__path", "pk").first()
    return found
