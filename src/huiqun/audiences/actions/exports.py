"""Members of an audience leave the system: for a purpose, with a mark, and never without a fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap

from huiqun.audiences import exports
from huiqun.audiences.events import MembersExported
from huiqun.audiences.ids import batches_of
from huiqun.audiences.queries.audiences import audience
from huiqun.audiences.queries.membership import members
from huiqun.audiences.refusals import PurposeMissing
from huiqun.customers import queries as customers
from huiqun.foundation import facts, lake
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import local_date, local_time

BATCH = 50_000
"""Numbers that are read at once."""


@dataclass(frozen=True, kw_only=True)
class MembersFile:
    """``mark`` is on every line of the file, and in the fact. Numbers are ``masked`` for whoever does not see
    them on our pages."""

    mark: str
    count: int
    head: tuple[str, ...]
    ids: BitMap
    masked: bool

    def stream(self) -> Iterator[bytes]:
        numbers = (
            customers.numbers_of(batch.column(0), masked=self.masked)
            for batch in batches_of(self.ids, size=BATCH)
        )
        return exports.lines(head=self.head, numbers=numbers, mark=self.mark)


@transaction.atomic
def export_members(
    *, audience_id: int, purpose: str, reason: str, branch_id: int, by: Staff, now: datetime
) -> MembersFile:
    """The members of ``branch_id`` and below, as they were worked out last. That it left is recorded before the
    first line does.

    :raises NotFound, PurposeMissing, PersonInFact, IdsGone, TooHeavy, Busy
    """
    if purpose not in exports.PURPOSES or not reason.strip():
        raise PurposeMissing()
    of = audience(audience_id, by)
    ids = members(audience_id=audience_id, staff=by, today=local_date(now), branch_id=branch_id)
    ids = ids - BitMap(customers.erased_ids())
    masked = not customers.sees_numbers(by)
    mark = exports.mark_of(audience_id, by.pk, now.isoformat(), purpose, len(ids))
    event = MembersExported(
        audience_id=audience_id,
        number=of.number,
        purpose=purpose,
        reason=reason.strip(),
        of_branch_id=branch_id,
        lake_version=lake.version(),
        count=len(ids),
        mark=mark,
        masked=masked,
    )
    facts.record(event, at=now, by=by, branch_id=of.branch_id)
    branch = Branch.objects.get(pk=branch_id).name
    head = (
        _("Audience: %(name)s, version %(number)s, branch: %(branch)s")
        % {"name": of.name, "number": of.number, "branch": branch},
        _("Exported by %(name)s (%(username)s) on %(at)s")
        % {"name": by.full_name, "username": by.username, "at": f"{local_time(now):%Y-%m-%d %H:%M:%S}"},
        _("Purpose: %(purpose)s. For no other use; delete it afterwards.")
        % {"purpose": _(exports.PURPOSES[purpose])},
        _("Mark: %(mark)s, %(n)s customers") % {"mark": mark, "n": f"{len(ids):,}"},
    )
    return MembersFile(mark=mark, count=len(ids), head=tuple(map(_one_line, head)), ids=ids, masked=masked)


def _one_line(text: str) -> str:
    """A name may hold anything; a line of the head stays one."""
    return " ".join(text.split())
