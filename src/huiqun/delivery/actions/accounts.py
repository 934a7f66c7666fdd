"""Channel accounts are kept by administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.delivery.channels import registry
from huiqun.delivery.events import ChannelAccountSaved
from huiqun.delivery.models import ChannelAccount, RateBucket
from huiqun.delivery.rules.doubt import SOFT_BOUNCE_DAYS, SOFT_BOUNCES, OnDoubt
from huiqun.delivery.rules.refusals import AccountIncomplete, NameTaken
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@transaction.atomic
def save_account(
    *,
    name: str,
    channel: str,
    config: Mapping[str, Any],
    branch_id: int,
    by: Staff | None,
    now: datetime,
    account_id: int | None = None,
    driver: str = "",
    secret: str | None = None,
    rate_per_second: int = 50,
    enabled: bool = True,
    on_doubt: str = OnDoubt.LOSS,
    soft_bounces: int = SOFT_BOUNCES,
    soft_bounce_days: int = SOFT_BOUNCE_DAYS,
) -> int:
    """Open an account or change one; its id. ``secret`` None keeps the one there is.

    :raises AccountIncomplete, NameTaken, NotFound
    """
    account = ChannelAccount() if account_id is None else _locked(account_id)
    if ChannelAccount.objects.filter(name=name).exclude(pk=account.pk).exists():
        raise NameTaken(name=name)
    account.name, account.channel, account.branch_id = name, channel, branch_id
    account.driver = driver or registry.default_driver(channel)
    account.config, account.enabled = dict(config), enabled
    account.rate_per_second = max(1, rate_per_second)
    account.on_doubt = OnDoubt(on_doubt)
    account.soft_bounces, account.soft_bounce_days = soft_bounces, max(1, soft_bounce_days)
    if secret:
        account.secret = secret
    _check_complete(account)
    account.save()
    RateBucket.objects.get_or_create(
        account=account, defaults={"tokens": account.rate_per_second, "filled_at": now}
    )
    saved = ChannelAccountSaved(
        account_id=account.pk,
        channel=channel,
        enabled=enabled,
        secret_changed=bool(secret),
        on_doubt=account.on_doubt,
    )
    facts.record(saved, at=now, by=by, branch_id=branch_id)
    return int(account.pk)


def _locked(account_id: int) -> ChannelAccount:
    account: ChannelAccount | None = ChannelAccount.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account


def _check_complete(account: ChannelAccount) -> None:
    driver = registry.DRIVERS[account.driver]
    missing = [key for key in driver.required if not account.config.get(key)]
    if driver.needs_secret and not account.secret:
        missing.append("secret")
    if missing:
        raise AccountIncomplete(missing=", ".join(missing))
