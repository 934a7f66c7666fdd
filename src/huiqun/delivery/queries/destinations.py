"""Where a link of a message leads now, out of the dossier that was approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from huiqun.compliance import queries as compliance
from huiqun.delivery.models import RevokedLink
from huiqun.delivery.models.links import EVERY_TARGET
from huiqun.delivery.queries.links import Link
from huiqun.delivery.rules.refusals import LinkExpired, LinkIsRevoked, TargetNotAllowed, UnknownLink
from huiqun.delivery.rules.targets import may_lead_to, with_utm


def check_target(target: str) -> None:
    """:raises TargetNotAllowed"""
    hosts: Sequence[str] = settings.HUIQUN_LINK_HOSTS
    if not may_lead_to(target, hosts):
        raise TargetNotAllowed(target=target[:100], hosts=", ".join(hosts) or "—")


def destination(link: Link, *, now: datetime) -> str:
    """The address, with its UTM values. The hosts are asked again: one that the bank gave up leads nowhere.

    :raises UnknownLink, LinkIsRevoked, LinkExpired
    """
    planned = compliance.links_of(link.digest)
    targets = planned.get("targets") or []
    if not 1 <= link.number <= len(targets):
        raise UnknownLink
    target = str(targets[link.number - 1]["target"])
    if compliance.is_stopped(link.subject) or _is_revoked(link.subject, target):
        raise LinkIsRevoked
    if not may_lead_to(target, settings.HUIQUN_LINK_HOSTS):
        raise LinkIsRevoked
    if now >= datetime.fromisoformat(planned["until"]):
        raise LinkExpired
    utm = dict(planned.get("utm", {}).get(link.channel) or {})
    return with_utm(target, utm | {"utm_content": link.variant_key})


def _is_revoked(subject: str, target: str) -> bool:
    return RevokedLink.objects.filter(subject=subject, target__in=(target, EVERY_TARGET)).exists()


def revoked_targets(subject: str) -> dict[str, str]:
    """What the messages of a subject lead to no longer, with the reasons."""
    single = RevokedLink.objects.filter(subject=subject).exclude(target=EVERY_TARGET)
    return dict(single.values_list("target", "reason"))


@dataclass(frozen=True, kw_only=True)
class LinkFigures:
    """Of one link over all runs of a subject: ``people`` once each, ``times`` as often as they came."""

    number: int
    people: int
    times: int
    machine_times: int
    first_at: datetime | None
    last_at: datetime | None


def link_figures(*, subject: str, digest: str) -> dict[int, LinkFigures]:
    """By the link's number; links that nobody opened are not in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, count(*) FILTER (WHERE c.times > 0), sum(c.times), sum(c.machine_times),"
            "   min(c.first_at), max(c.last_at)"
            " FROM delivery_linkclick c JOIN delivery_run r ON r.id = c.run_id"
            " WHERE r.subject = %s AND r.digest = %s GROUP BY c.number ORDER BY c.number",
            [subject, digest],
        )
        names = ("number", "people", "times", "machine_times", "first_at", "last_at")
        return {row[0]: LinkFigures(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()}
