"""What an account lets through, for those who plan."""

from dataclasses import dataclass

from huiqun.delivery.models import ChannelAccount
from huiqun.delivery.rules.quotas import Quota
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class AccountTerms:
    account_id: int
    name: str
    per_second: int
    quota: Quota


def account_terms(account_id: int) -> AccountTerms:
    """:raises NotFound"""
    row = ChannelAccount.objects.filter(pk=account_id).first()
    if row is None:
        raise NotFound
    return AccountTerms(
        account_id=row.pk, name=row.name, per_second=row.rate_per_second, quota=Quota.of(row.config)
    )
