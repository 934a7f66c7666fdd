"""Who is in an audience as it was worked out last, how many they were from day to day, who came and went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from pyroaring import BitMap

from huiqun.audiences import bitmaps, memberships, rules
from huiqun.audiences.ids import batches_of
from huiqun.audiences.models import Audience, AudienceVersion, Membership
from huiqun.audiences.queries.audiences import AudienceChoice, audience, branches_below
from huiqun.audiences.queries.counting import some_of
from huiqun.audiences.queries.scopes import references, scope_of
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation import facts, lake
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound

BATCH = 10_000
KINDS = {"audiences.CustomersEntered": "entered", "audiences.CustomersLeft": "left"}


@dataclass(frozen=True, kw_only=True)
class MembershipFacts:
    """``stale``: there is a newer version of the audience or of the lake, or another day has begun."""

    audience_id: int
    number: int
    count: int
    as_of: date
    lake_version: int
    ids_digest: str
    changed_at: datetime
    refreshed_at: datetime
    milliseconds: int
    stale: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """``n`` customers entered or left; ``file_digest`` finds their ids."""

    at: datetime
    kind: str
    n: int
    because: str
    as_of: date
    number: int
    file_digest: str


def membership(*, audience_id: int, staff: Staff | None, today: date) -> MembershipFacts | None:
    """None when it has not been worked out yet. :raises NotFound"""
    of = audience(audience_id, staff)
    row = Membership.objects.filter(audience=audience_id).select_related("version").first()
    if row is None:
        return None
    current = (of.version_id, lake.version(), today)
    return MembershipFacts(
        audience_id=audience_id,
        number=row.version.number,
        count=row.count,
        as_of=row.as_of,
        lake_version=row.lake_version,
        ids_digest=row.ids_digest,
        changed_at=row.changed_at,
        refreshed_at=row.refreshed_at,
        milliseconds=row.milliseconds,
        stale=(row.version_id, row.lake_version, row.as_of) != current,
    )


def members(*, audience_id: int, staff: Staff | None, today: date, branch_id: int | None = None) -> BitMap:
    """As they were worked out last, or now if they never were; of ``branch_id`` and below where it is given. Not
    to be changed. :raises NotFound, IdsGone, TooHeavy, Busy"""
    of = audience(audience_id, staff)
    row = Membership.objects.filter(audience=audience_id).first()
    if row is not None:
        found = memberships.ids_of(row.ids_digest)
    else:
        node = rules.parse(of.rule)
        scope = scope_of(node, today=today, branch_ids=branches_below(of.branch_id))
        found = bitmaps.chosen(node, scope)
    if branch_id is None:
        return found
    if staff is not None and not Branch.objects.visible_to(staff).filter(pk=branch_id).exists():
        raise NotFound()
    inside = scope_of(bitmaps.EVERYBODY, today=today, branch_ids=branches_below(branch_id))
    return found & bitmaps.everybody(inside)


def is_in(*, audience_id: int, customer_id: int) -> bool:
    """Whether the customer was in the audience when it was worked out last."""
    digest = Membership.objects.filter(audience=audience_id).values_list("ids_digest", flat=True).first()
    return digest is not None and customer_id in memberships.ids_of(digest)


def membership_batches(
    *,
    audience_id: int,
    staff: Staff | None,
    today: date,
    branch_id: int | None = None,
    after: int = 0,
    size: int = BATCH,
) -> Iterator[pa.RecordBatch]:
    """``customer_id`` int64, ascending; whoever stopped goes on with the last id in ``after``. :raises NotFound"""
    found = members(audience_id=audience_id, staff=staff, today=today, branch_id=branch_id)
    return batches_of(found, after=after, size=size)


def changes(*, audience_id: int, staff: Staff | None, limit: int = 20) -> tuple[Change, ...]:
    """The last that entered and left, newest first. :raises NotFound"""
    audience(audience_id, staff)
    rows = facts.about("audience", audience_id).filter(kind__in=KINDS)[:limit]
    return tuple(
        Change(
            at=row.at,
            kind=KINDS[row.kind],
            n=row.body["count"],
            because=row.body["because"],
            as_of=date.fromisoformat(row.body["as_of"]),
            number=row.body["number"],
            file_digest=row.body["ids_digest"],
        )
        for row in rows
    )


def changed_ids(*, audience_id: int, file_digest: str) -> BitMap:
    """Who entered or left, by the digest that the fact names. :raises NotFound, IdsGone"""
    told = facts.about("audience", audience_id).filter(kind__in=KINDS, body__ids_digest=file_digest)
    if not told.exists():
        raise NotFound()
    return memberships.ids_of(file_digest)


def changed_cards(*, audience_id: int, file_digest: str, staff: Staff, limit: int = 10) -> list[CustomerCard]:
    """Some of them, masked. :raises NotFound, IdsGone"""
    audience(audience_id, staff)
    ids = changed_ids(audience_id=audience_id, file_digest=file_digest)
    return customers.customer_cards(ids=some_of(ids, file_digest, limit), staff=staff)


def used_by(*, audience_id: int, staff: Staff | None) -> tuple[AudienceChoice, ...]:
    """Current audiences whose latest rules refer to this one; all of them for the system."""
    current = Audience.objects.current() if staff is None else Audience.objects.visible_to(staff).current()
    versions = AudienceVersion.objects.filter(audience__in=current.values("pk"))
    latest = versions.order_by("audience_id", "-number").distinct("audience_id").select_related("audience")
    return tuple(_choice(each) for each in latest if audience_id in _referred(each.rule))


def _referred(rule: object) -> set[int]:
    try:
        return {each for _leaf, each in references(rules.parse(rule))}
    except rules.RuleInvalid:
        return set()


def _choice(version: AudienceVersion) -> AudienceChoice:
    return AudienceChoice(
        audience_id=version.audience_id,
        version_id=version.pk,
        name=version.audience.name,
        number=version.number,
        sentence=version.sentence,
    )
