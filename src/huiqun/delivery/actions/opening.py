"""Opening an account for sending."""

from typing import Any

from django.conf import settings

from huiqun.delivery.channels import registry
from huiqun.delivery.channels.base import Sender
from huiqun.delivery.models import ChannelAccount
from huiqun.delivery.queries.sms import registration_of
from huiqun.delivery.rules.refusals import AccountUnfit
from huiqun.foundation import clock
from huiqun.lib.channels import Channel
from huiqun.lib.days import local_date


def open_account(account_id: int) -> Sender:
    """:raises AccountUnfit when it is switched off"""
    account = ChannelAccount.objects.get(pk=account_id)
    if not account.enabled:
        raise AccountUnfit(account=account)
    base = f"{settings.HUIQUN_PUBLIC_URL}/delivery"
    own: dict[str, Any] = {
        "receipt_url": f"{base}/receipts/{account.pk}/",
        "reply_url": f"{base}/replies/{account.pk}/",
    }
    if account.channel == Channel.SMS:
        own["registration"] = registration_of(account.pk, on=local_date(clock.now()))
    return registry.open_sender(account.driver, own | account.config, account.secret or "")
