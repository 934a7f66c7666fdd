"""Lists brought in by file: tried first, taken in by a second press; twice the same changes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from huiqun.customers import queries as customers
from huiqun.delivery.actions.blocking import Block, block
from huiqun.delivery.events import SuppressionListApplied, SuppressionListBrought, SuppressionListDiscarded
from huiqun.delivery.models import SuppressionLine, SuppressionList
from huiqun.delivery.models.suppression_lists import Effect, ListState
from huiqun.delivery.rules.refusals import ListNotWaiting, ListUnreadable
from huiqun.delivery.rules.suppression_files import Line, read_list
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import canonical_json
from huiqun.lib.channels import Channel
from huiqun.lib.merkle import root
from huiqun.lib.refusal import NotFound
from huiqun.lib.words import gettext_noop as _

CHUNK = 5_000
HASHED = {"phone_hash": Channel.SMS.value, "email_hash": Channel.EMAIL.value}

WANTED = """
SELECT DISTINCT ON (customer_id, channel) customer_id, channel, reason, until_at
FROM delivery_suppressionline
WHERE of_list_id = %(list)s AND customer_id IS NOT NULL AND problem = ''
  AND (until_at IS NULL OR until_at > %(now)s)
ORDER BY customer_id, channel, until_at DESC NULLS FIRST, reason = 'complained' DESC, line
"""


@transaction.atomic
def bring_list(*, content: bytes, file_name: str, by: Staff, now: datetime) -> int:
    """Keep a file's lines and have them checked; the list's id. Nobody is blocked yet. :raises ListUnreadable"""
    if by.branch is None:
        raise NotFound
    lines = list(read_list(content, name=file_name))
    if not lines:
        raise ListUnreadable(problem=_("it is empty"))
    digest = hashlib.sha256(content).hexdigest()
    brought = SuppressionList.objects.create(
        branch=by.branch,
        file_name=file_name[:200],
        file_digest=digest,
        lines=len(lines),
        brought_by=by,
        brought_at=now,
    )
    SuppressionLine.objects.bulk_create((_row(brought.pk, line) for line in lines), batch_size=CHUNK)
    fact = SuppressionListBrought(list_id=brought.pk, file_digest=digest, lines=len(lines))
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
    jobs.enqueue("delivery.check_list", list_id=brought.pk)
    return int(brought.pk)


def _row(list_id: int, line: Line) -> SuppressionLine:
    return SuppressionLine(
        of_list_id=list_id,
        line=line.number,
        given_as=line.given_as,
        given=line.given,
        channel=line.channel,
        reason=line.reason,
        until_at=line.until_at,
        problem=line.problem,
        effect=Effect.INVALID if line.problem else "",
    )


@transaction.atomic
def check_list(*, list_id: int, now: datetime) -> None:
    """Find whom each line means and say what it would do. Safe to repeat."""
    found = SuppressionList.objects.select_for_update().filter(pk=list_id, state=ListState.CHECKING).first()
    if found is None:
        return
    visible = customers.ids_visible_to(found.brought_by)
    for rows in _chunks(list_id):
        _resolve(rows)
    _resolve_hashes(list_id)
    _forget_invisible(list_id, visible)
    _judge(list_id, now)
    found.state, found.tally = ListState.CHECKED, _tally(list_id)
    found.save(update_fields=["state", "tally"])


def _chunks(list_id: int) -> Iterator[list[SuppressionLine]]:
    rows = SuppressionLine.objects.filter(of_list_id=list_id, given_as="number", problem="").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield chunk


def _resolve(rows: list[SuppressionLine]) -> None:
    ids = customers.customer_ids_by_number({row.given for row in rows})
    for row in rows:
        row.customer_id = ids.get(row.given)
    SuppressionLine.objects.bulk_update(rows, ["customer_id"])


def _resolve_hashes(list_id: int) -> None:
    """A number or address that several customers share stands for all of them."""
    for given_as, channel in HASHED.items():
        lines = SuppressionLine.objects.filter(of_list_id=list_id, given_as=given_as, problem="")
        by_hash: dict[str, list[SuppressionLine]] = defaultdict(list)
        for line in lines:
            by_hash[line.given].append(line)
        found = customers.customer_ids_by_contact_hash(channel=channel, hashes=by_hash.keys())
        changed, more = [], []
        for digest, ids in found.items():
            for line in by_hash[digest]:
                line.customer_id = ids[0]
                changed.append(line)
                more += [_copy(line, customer_id) for customer_id in ids[1:]]
        SuppressionLine.objects.bulk_update(changed, ["customer_id"], batch_size=CHUNK)
        SuppressionLine.objects.bulk_create(more, batch_size=CHUNK)


def _copy(line: SuppressionLine, customer_id: int) -> SuppressionLine:
    values = {
        name: getattr(line, name) for name in ("line", "given_as", "given", "channel", "reason", "until_at")
    }
    return SuppressionLine(of_list_id=line.of_list_id, customer_id=customer_id, **values)


def _forget_invisible(list_id: int, visible: Any) -> None:
    """Whoever brings a list blocks no customers of other branches, nor learns that they are there."""
    lines = SuppressionLine.objects.filter(of_list_id=list_id, customer_id__isnull=False)
    lines.exclude(customer_id__in=visible).update(customer_id=None)


JUDGE = """
UPDATE delivery_suppressionline l SET effect = CASE
    WHEN l.customer_id IS NULL THEN 'unknown'
    WHEN l.until_at <= %(now)s THEN 'same'
    WHEN s.customer_id IS NULL OR s.until_at <= %(now)s THEN 'new'
    WHEN l.reason = 'complained' AND s.reason <> 'complained' THEN 'longer'
    WHEN s.until_at IS NOT NULL AND (l.until_at IS NULL OR l.until_at > s.until_at) THEN 'longer'
    ELSE 'same' END
FROM delivery_suppressionline own
LEFT JOIN delivery_suppression s ON s.customer_id = own.customer_id AND s.channel = own.channel
WHERE own.id = l.id AND l.of_list_id = %(list)s AND l.problem = ''
"""


def _judge(list_id: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, {"list": list_id, "now": now})


def _tally(list_id: int) -> dict[str, int]:
    rows = SuppressionLine.objects.filter(of_list_id=list_id).order_by().values_list("effect")
    return dict(rows.annotate(n=Count("id")))


@transaction.atomic
def apply_list(*, list_id: int, by: Staff, now: datetime) -> dict[str, int]:
    """Block whom a checked list names, and drop what waits for them; lines by what they did.

    What a line does is judged again at this moment: of two lists at once, or one brought twice, the second
    changes nothing that the first has done. A shorter block never replaces a longer one.
    :raises NotFound, ListNotWaiting
    """
    found = _locked(list_id, by)
    _judge(list_id, now)
    blocked, dropped = block(_wanted(list_id, now), now=now)
    found.tally = _tally(list_id)
    found.state, found.applied_by, found.applied_at = ListState.APPLIED, by, now
    found.save(update_fields=["tally", "state", "applied_by", "applied_at"])
    leaves = (
        canonical_json([each.customer_id, each.channel, each.reason, each.until_at]) for each in blocked
    )
    fact = SuppressionListApplied(
        list_id=list_id, tally=found.tally, dropped=dropped, root=root(leaves).hex()
    )
    facts.record(fact, at=now, by=by, branch_id=found.branch_id)
    return dict(found.tally)


def _wanted(list_id: int, now: datetime) -> list[Block]:
    """Of several lines for one customer and channel the longest block, a complaint before others."""
    with connection.cursor() as cursor:
        cursor.execute(WANTED, {"list": list_id, "now": now})
        return [
            Block(customer_id=who, channel=channel, reason=reason, until_at=until_at)
            for who, channel, reason, until_at in cursor.fetchall()
        ]


@transaction.atomic
def discard_list(*, list_id: int, by: Staff, now: datetime) -> None:
    """Nobody is blocked by it; its lines are deleted. :raises NotFound, ListNotWaiting"""
    found = _locked(list_id, by)
    SuppressionLine.objects.filter(of_list_id=list_id).delete()
    found.state = ListState.DISCARDED
    found.save(update_fields=["state"])
    facts.record(SuppressionListDiscarded(list_id=list_id), at=now, by=by, branch_id=found.branch_id)


def _locked(list_id: int, by: Staff) -> SuppressionList:
    rows = SuppressionList.objects.visible_to(by).select_for_update(of=("self",))
    found: SuppressionList | None = rows.filter(pk=list_id).first()
    if found is None:
        raise NotFound
    if found.state != ListState.CHECKED:
        raise ListNotWaiting
    return found
