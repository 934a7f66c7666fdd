"""Links that were opened, once per person and link; and links that are taken back."""

from datetime import datetime
from functools import cache
from ipaddress import ip_network

from django.conf import settings
from django.db import connection, transaction

from huiqun.delivery.actions.touches import touch_many
from huiqun.delivery.models import RevokedLink
from huiqun.delivery.models.links import EVERY_TARGET
from huiqun.delivery.queries.links import Link
from huiqun.delivery.rules.refusals import RevocationReasonMissing
from huiqun.delivery.rules.states import TouchKind
from huiqun.delivery.rules.visits import Network, Visit, is_machine
from huiqun.foundation.models import Staff

CLICK = """
INSERT INTO delivery_linkclick AS c
    (recipient_id, number, run_id, customer_id, first_at, last_at, times, machine_times)
VALUES (%(recipient)s, %(number)s, %(run)s, %(customer)s, %(at)s, %(at)s, %(people)s, %(machines)s)
ON CONFLICT (recipient_id, number) DO UPDATE SET
    first_at = least(c.first_at, excluded.first_at), last_at = greatest(c.last_at, excluded.last_at),
    times = c.times + excluded.times, machine_times = c.machine_times + excluded.machine_times
RETURNING c.times
"""


@transaction.atomic
def record_click(*, link: Link, visit: Visit, now: datetime) -> bool:
    """A link was opened; whether it was a person, for the first time.

    A machine's visit is counted apart and is no touch: it changes nothing that is reported of people.
    """
    if visit.method.upper() == "HEAD":
        return False
    is_person = not is_machine(visit, networks=_networks(tuple(settings.HUIQUN_SCANNER_NETWORKS)))
    values = {
        "recipient": link.recipient_id,
        "number": link.number,
        "run": link.run_id,
        "customer": link.customer_id,
        "at": now if is_person else None,
        "people": int(is_person),
        "machines": int(not is_person),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLICK, values)
        times: int = cursor.fetchone()[0]
    if not is_person:
        return False
    touch_many([link.recipient_id], TouchKind.CLICKED, now)
    return times == 1


@cache
def _networks(listed: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each.strip(), strict=False) for each in listed if each.strip())


@transaction.atomic
def revoke_link(*, subject: str, target: str, reason: str, by: Staff, now: datetime) -> bool:
    """The messages of a subject lead to ``target`` no longer, those already sent too; whether that is new.

    Whoever calls knows what the subject is and records the fact. :raises RevocationReasonMissing
    """
    if not reason.strip():
        raise RevocationReasonMissing
    _, created = RevokedLink.objects.get_or_create(
        subject=subject, target=target, defaults={"reason": reason.strip()[:200], "by": by, "at": now}
    )
    return created


@transaction.atomic
def end_links(*, subject: str, reason: str, by: Staff, now: datetime) -> None:
    """No message of a subject leads anywhere any more. Repeating it changes nothing; the caller records the fact."""
    ended = {"reason": reason.strip()[:200], "by": by, "at": now}
    RevokedLink.objects.get_or_create(subject=subject, target=EVERY_TARGET, defaults=ended)


@transaction.atomic
def restore_link(*, subject: str, target: str) -> bool:
    """Let a revoked link lead on; whether it was revoked. The caller records the fact."""
    _, deleted = RevokedLink.objects.filter(subject=subject, target=target).delete()
    return bool(deleted)
