"""Keys for the bank's own programs: made, allowed by an administrator, and taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.api import new_secret, scopes_open_to
from huiqun.foundation.models import ApiKey, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound
from huiqun.workforce.actions.branches import visible_branch
from huiqun.workforce.events import ApiKeyAllowed, ApiKeyMade, ApiKeyRevoked
from huiqun.workforce.rules import BadApiKey, OwnKey

MOST_CALLS = 6_000
"""A minute: what one web server can answer."""


@transaction.atomic
def make_api_key(
    *,
    name: str,
    scopes: Iterable[str],
    branch_id: int,
    per_minute: int,
    expires_at: datetime,
    by: Staff,
    now: datetime,
) -> tuple[int, str]:
    """A new key; its id and the whole key, which is told once and never again.

    It never opens more than its maker may do, and what a role is needed for opens only when an administrator, who
    holds no other role, has allowed it: so it takes two people. :raises NotFound, BadApiKey
    """
    chosen, is_administrator = sorted(set(scopes)), by.has_role(Role.ADMINISTRATOR)
    fits = (
        name.strip() and chosen and set(chosen) <= set(scopes_open_to(by)) and 1 <= per_minute <= MOST_CALLS
    )
    if not fits or expires_at <= now:
        raise BadApiKey()
    branch = visible_branch(branch_id, by)
    prefix, digest, whole = new_secret()
    key = ApiKey.objects.create(
        name=name.strip(),
        prefix=prefix,
        digest=digest,
        scopes=chosen,
        branch=branch,
        per_minute=per_minute,
        made_by=by,
        made_at=now,
        allowed_by=by if is_administrator else None,
        allowed_at=now if is_administrator else None,
        expires_at=expires_at,
    )
    event = ApiKeyMade(
        api_key_id=key.pk, prefix=prefix, scopes=tuple(chosen), expires_at=expires_at.isoformat()
    )
    facts.record(event, at=now, by=by, branch_id=branch.pk)
    return int(key.pk), whole


@transaction.atomic
def allow_api_key(*, api_key_id: int, by: Staff, now: datetime) -> None:
    """Let a key open what it was made for; doing so twice changes nothing. :raises NotFound, OwnKey"""
    key = _locked(api_key_id, by)
    if key.made_by_id == by.pk and key.allowed_at is None:
        raise OwnKey()
    if key.allowed_at is None and key.revoked_at is None:
        key.allowed_by, key.allowed_at = by, now
        key.save(update_fields=("allowed_by", "allowed_at"))
        fact = ApiKeyAllowed(api_key_id=key.pk, prefix=key.prefix, scopes=tuple(key.scopes))
        facts.record(fact, at=now, by=by, branch_id=key.branch_id)


@transaction.atomic
def revoke_api_key(*, api_key_id: int, by: Staff, now: datetime) -> None:
    """From now on it opens nothing; doing so twice changes nothing. Whoever made it may, and an administrator.

    :raises NotFound
    """
    key = _locked(api_key_id, by)
    if key.made_by_id != by.pk and not by.has_role(Role.ADMINISTRATOR):
        raise NotFound()
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=("revoked_at",))
        facts.record(
            ApiKeyRevoked(api_key_id=key.pk, prefix=key.prefix), at=now, by=by, branch_id=key.branch_id
        )


def _locked(api_key_id: int, by: Staff) -> ApiKey:
    keys = ApiKey.objects.visible_to(by).select_for_update(of=("self",))
    key: ApiKey | None = keys.filter(pk=api_key_id).first()
    if key is None:
        raise NotFound()
    return key
