"""What administrators do with webhooks: make and change them, change the secret, switch, send again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.events import (
    WebhookRecovered,
    WebhookResent,
    WebhookSaved,
    WebhookSecretChanged,
    WebhookSwitched,
)
from huiqun.foundation.horizon import horizon
from huiqun.foundation.models import Branch, Staff, WebhookDelivery, WebhookEndpoint
from huiqun.foundation.webhooks import signing
from huiqun.foundation.webhooks.addresses import place_of
from huiqun.foundation.webhooks.refusals import KindsMissing, NothingToResend
from huiqun.lib.event import every_event
from huiqun.lib.refusal import NotFound

LAST = 2**63 - 1
UNTOLD = "foundation.Webhook"
"""Facts about webhooks are not told by them: each telling would make another."""


def kinds_to_tell() -> dict[str, str]:
    """What an endpoint may be told of, with its English words."""
    kinds = {event.kind(): event.words for event in every_event()}
    return {kind: kinds[kind] for kind in sorted(kinds) if not kind.startswith(UNTOLD)}


@transaction.atomic
def save_endpoint(
    *,
    endpoint_id: int | None,
    name: str,
    url: str,
    kinds: Iterable[str],
    branch_id: int,
    by: Staff,
    now: datetime,
) -> tuple[int, str]:
    """Make or change one; its id, and for a new one the secret, which is told once. A new one is told of what
    happens from now on. :raises NotFound, AddressUnfit, KindsMissing"""
    place, chosen = place_of(url), sorted(set(kinds))
    if not chosen or not set(chosen) <= set(kinds_to_tell()):
        raise KindsMissing()
    branch = Branch.objects.visible_to(by).filter(pk=branch_id).first()
    if branch is None:
        raise NotFound()
    secret = ""
    if endpoint_id is None:
        secret = signing.new_secret()
        endpoint = WebhookEndpoint(secret=secret, made_by=by, made_at=now, xid=horizon() - 1, fact_id=LAST)
    else:
        endpoint = locked_endpoint(endpoint_id, by)
    endpoint.name, endpoint.url, endpoint.kinds, endpoint.branch = name.strip(), url, chosen, branch
    endpoint.save()
    fact = WebhookSaved(endpoint_id=endpoint.pk, host=place.named, kinds=tuple(chosen))
    facts.record(fact, at=now, by=by, branch_id=branch.pk)
    return int(endpoint.pk), secret


@transaction.atomic
def change_secret(*, endpoint_id: int, by: Staff, now: datetime) -> str:
    """A new secret, told once; both are signed with until the old one ends. :raises NotFound"""
    endpoint = locked_endpoint(endpoint_id, by)
    secret = signing.new_secret()
    endpoint.old_secret, endpoint.secret, endpoint.old_until = endpoint.secret, secret, now + signing.OVERLAP
    endpoint.save(update_fields=("secret", "old_secret", "old_until"))
    fact = WebhookSecretChanged(endpoint_id=endpoint.pk, old_until=endpoint.old_until.isoformat())
    facts.record(fact, at=now, by=by, branch_id=endpoint.branch_id)
    return secret


@transaction.atomic
def switch_endpoint(*, endpoint_id: int, enabled: bool, by: Staff, now: datetime) -> None:
    """Off: nothing is sent, and what happens meanwhile waits. :raises NotFound"""
    endpoint = locked_endpoint(endpoint_id, by)
    if endpoint.enabled != enabled:
        endpoint.enabled = enabled
        endpoint.save(update_fields=("enabled",))
        fact = WebhookSwitched(endpoint_id=endpoint.pk, enabled=enabled)
        facts.record(fact, at=now, by=by, branch_id=endpoint.branch_id)


@transaction.atomic
def wake_endpoint(*, endpoint_id: int, by: Staff, now: datetime) -> None:
    """Somebody has seen to the other side: try again at once. :raises NotFound"""
    endpoint = locked_endpoint(endpoint_id, by)
    if endpoint.rest_until is not None:
        endpoint.troubles, endpoint.rests, endpoint.rest_until = 0, 0, None
        endpoint.save(update_fields=("troubles", "rests", "rest_until"))
        fact = WebhookRecovered(endpoint_id=endpoint.pk)
        facts.record(fact, at=now, by=by, branch_id=endpoint.branch_id)
    WebhookDelivery.objects.filter(endpoint=endpoint, state="waiting", next_at__gt=now).update(next_at=now)


@transaction.atomic
def resend(*, endpoint_id: int, delivery_ids: Iterable[int] | None, by: Staff, now: datetime) -> int:
    """Try again what was given up, all of it when no ids are named; how many. Their ids stay the same, so that a
    receiver who had them after all knows. :raises NotFound, NothingToResend"""
    endpoint = locked_endpoint(endpoint_id, by)
    dead = WebhookDelivery.objects.filter(endpoint=endpoint, state="dead")
    if delivery_ids is not None:
        dead = dead.filter(pk__in=list(delivery_ids))
    count = dead.update(state="waiting", attempts=0, next_at=now, made_at=now)
    if not count:
        raise NothingToResend()
    fact = WebhookResent(endpoint_id=endpoint.pk, deliveries=count)
    facts.record(fact, at=now, by=by, branch_id=endpoint.branch_id)
    return count


def visible_endpoint(endpoint_id: int, staff: Staff) -> WebhookEndpoint:
    """:raises NotFound"""
    rows = WebhookEndpoint.objects.visible_to(staff).select_related("branch", "made_by")
    found: WebhookEndpoint | None = rows.defer("secret", "old_secret").filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound()
    return found


def locked_endpoint(endpoint_id: int, by: Staff) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.visible_to(by).select_for_update(of=("self",))
    found: WebhookEndpoint | None = rows.filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound()
    return found
