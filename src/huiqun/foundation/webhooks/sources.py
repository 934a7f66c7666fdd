"""What administrators do with the systems that tell us of events."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.events import EventSourceSaved, EventSourceSecretChanged
from huiqun.foundation.models import Branch, Staff, WebhookSource
from huiqun.foundation.webhooks import signing
from huiqun.foundation.webhooks.inbox import kinds_to_hear
from huiqun.foundation.webhooks.refusals import KindsMissing
from huiqun.lib.refusal import NotFound


@transaction.atomic
def save_source(
    *,
    source_id: int | None,
    name: str,
    kinds: Iterable[str],
    branch_id: int,
    per_minute: int,
    enabled: bool,
    by: Staff,
    now: datetime,
) -> tuple[int, str]:
    """Make or change one; its id, and for a new one the secret, which is told once. :raises NotFound, KindsMissing"""
    chosen = sorted(set(kinds))
    if not chosen or not set(chosen) <= set(kinds_to_hear()):
        raise KindsMissing()
    branch = Branch.objects.visible_to(by).filter(pk=branch_id).first()
    if branch is None:
        raise NotFound()
    secret = "" if source_id else signing.new_secret()
    source = (
        locked_source(source_id, by) if source_id else WebhookSource(secret=secret, made_by=by, made_at=now)
    )
    source.name, source.kinds, source.branch = name.strip(), chosen, branch
    source.per_minute, source.enabled = per_minute, enabled
    source.save()
    fact = EventSourceSaved(source_id=source.pk, kinds=tuple(chosen), enabled=enabled)
    facts.record(fact, at=now, by=by, branch_id=branch.pk)
    return int(source.pk), secret


@transaction.atomic
def change_source_secret(*, source_id: int, by: Staff, now: datetime) -> str:
    """A new secret, told once; the old one is good for a while longer. :raises NotFound"""
    source = locked_source(source_id, by)
    secret = signing.new_secret()
    source.old_secret, source.secret, source.old_until = source.secret, secret, now + signing.OVERLAP
    source.save(update_fields=("secret", "old_secret", "old_until"))
    fact = EventSourceSecretChanged(source_id=source.pk, old_until=source.old_until.isoformat())
    facts.record(fact, at=now, by=by, branch_id=source.branch_id)
    return secret


def visible_source(source_id: int, staff: Staff) -> WebhookSource:
    """:raises NotFound"""
    rows = WebhookSource.objects.visible_to(staff).select_related("branch", "made_by")
    found: WebhookSource | None = rows.defer("secret", "old_secret").filter(pk=source_id).first()
    if found is None:
        raise NotFound()
    return found


def locked_source(source_id: int, by: Staff) -> WebhookSource:
    rows = WebhookSource.objects.visible_to(by).select_for_update(of=("self",))
    found: WebhookSource | None = rows.filter(pk=source_id).first()
    if found is None:
        raise NotFound()
    return found
