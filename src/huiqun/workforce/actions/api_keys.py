"""Keys for the bank's own programs: made, and taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.api import SCOPES, new_secret
from huiqun.foundation.models import ApiKey, Staff
from huiqun.lib.refusal import NotFound
from huiqun.workforce.actions.branches import visible_branch
from huiqun.workforce.events import ApiKeyMade, ApiKeyRevoked
from huiqun.workforce.rules import BadApiKey

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
    """A new key; its id and the whole key, which is told once and never again. :raises NotFound, BadApiKey"""
    chosen = sorted(set(scopes))
    fits = name.strip() and chosen and set(chosen) <= set(SCOPES) and 1 <= per_minute <= MOST_CALLS
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
        expires_at=expires_at,
    )
    event = ApiKeyMade(
        api_key_id=key.pk, prefix=prefix, scopes=tuple(chosen), expires_at=expires_at.isoformat()
    )
    facts.record(event, at=now, by=by, branch_id=branch.pk)
    return int(key.pk), whole


@transaction.atomic
def revoke_api_key(*, api_key_id: int, by: Staff, now: datetime) -> None:
    """From now on it opens nothing; doing so twice changes nothing. :raises NotFound"""
    key: ApiKey | None = (
        ApiKey.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=api_key_id).first()
    )
    if key is None:
        raise NotFound()
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=("revoked_at",))
        facts.record(
            ApiKeyRevoked(api_key_id=key.pk, prefix=key.prefix), at=now, by=by, branch_id=key.branch_id
        )
