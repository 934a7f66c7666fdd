"""Channel accounts that others may choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value

from huiqun.delivery.models import Breaker, ChannelAccount
from huiqun.delivery.rules.doubt import BreakerState
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class AccountChoice:
    account_id: int
    channel: str
    name: str


def account_choices(*, branch_id: int, channel: str = "") -> list[AccountChoice]:
    """Accounts that are switched on and belong to the branch or to one above it, the nearest first."""
    path = Branch.objects.values_list("path", flat=True).get(pk=branch_id)
    rows = ChannelAccount.objects.filter(enabled=True).select_related("branch")
    rows = rows.alias(asked=Value(path)).filter(asked__startswith=F("branch__path"))
    if channel:
        rows = rows.filter(channel=channel)
    return [
        AccountChoice(account_id=row.pk, channel=row.channel, name=row.name)
        for row in rows.order_by("-branch__path", "name")
    ]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether an account answers, as its breaker has it."""

    account_id: int
    name: str
    channel: str
    state: str
    code: str
    since_at: datetime | None
    retry_at: datetime | None

    @property
    def answers(self) -> bool:
        return self.state == BreakerState.CLOSED


def standings(account_ids: Iterable[int]) -> list[Standing]:
    """Of these accounts, by name."""
    ids = list(account_ids)
    accounts = ChannelAccount.objects.filter(pk__in=ids).defer("secret").order_by("name")
    breakers = Breaker.objects.in_bulk(ids)
    return [_standing(account, breakers.get(account.pk)) for account in accounts]


def _standing(account: ChannelAccount, breaker: Breaker | None) -> Standing:
    return Standing(
        account_id=account.pk,
        name=account.name,
        channel=account.channel,
        state=breaker.state if breaker else BreakerState.CLOSED,
        code=breaker.code if breaker else "",
        since_at=breaker.since_at if breaker else None,
        retry_at=breaker.retry_at if breaker else None,
    )


def visible_account(account_id: int, staff: Staff) -> ChannelAccount:
    """:raises NotFound when there is none, or it belongs to a branch the person does not see"""
    account: ChannelAccount | None = ChannelAccount.objects.visible_to(staff).filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account
