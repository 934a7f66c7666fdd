"""Channel accounts that others may choose from."""

from dataclasses import dataclass

from django.db.models import F, Value

from huiqun.delivery.models import ChannelAccount
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


def visible_account(account_id: int, staff: Staff) -> ChannelAccount:
    """:raises NotFound when there is none, or it belongs to a branch the person does not see"""
    account: ChannelAccount | None = ChannelAccount.objects.visible_to(staff).filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account
