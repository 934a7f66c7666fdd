"""Notices go out by the bank's mail account, once it has one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from huiqun.delivery.actions.notice_mail import can_carry, carry_notice
from huiqun.delivery.models import ChannelAccount
from huiqun.foundation import notices
from huiqun_demo.channels import Channels


def test_a_notice_arrives_by_the_mail_account(
    start_channels: Callable[..., Channels], mail_account: Any, head_office: Any, marketer: Any, now: datetime
) -> None:
    channels = start_channels()
    mail_account(channels, head_office)
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    notices.tell("unknown.Kind", 1, to=[marketer], values={}, link="/audiences/3/", at=now)
    assert notices.mail(now=now) == 1
    (arrived,) = channels.store.of(marketer.email)
    assert arrived.subject == "汇群：您有一条新通知" and "/audiences/3/" in arrived.body


def test_without_an_account_that_is_switched_on_nothing_is_tried(
    start_channels: Callable[..., Channels], mail_account: Any, head_office: Any, marketer: Any, now: datetime
) -> None:
    assert not can_carry()
    channels = start_channels()
    account = mail_account(channels, head_office)
    ChannelAccount.objects.filter(pk=account.pk).update(enabled=False)
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    notices.tell("unknown.Kind", 1, to=[marketer], values={}, link="", at=now)
    assert notices.mail(now=now) == 0 and not can_carry()
    assert not carry_notice("k", marketer.email, "a", "b", now)
    ChannelAccount.objects.filter(pk=account.pk).update(enabled=True)
    assert notices.mail(now=now) == 1
