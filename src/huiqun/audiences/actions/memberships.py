"""Keeping in step who is in each audience, and telling who entered and who left."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from django.db import transaction
from django.db.models import Max
from pyroaring import BitMap

from huiqun.audiences import bitmaps, memberships, rules
from huiqun.audiences.actions.sizes import note_size
from huiqun.audiences.bitmaps.asked import Asked, digest
from huiqun.audiences.engine import Scope
from huiqun.audiences.events import CustomersEntered, CustomersLeft
from huiqun.audiences.models import Audience, AudienceVersion, Membership, OfAudienceQuerySet
from huiqun.audiences.queries.audiences import branches_below
from huiqun.audiences.queries.scopes import references, scope_of
from huiqun.audiences.refusals import IdsGone, NoLakeYet
from huiqun.audiences.rules import Node
from huiqun.audiences.rules.tree import leaves
from huiqun.foundation import facts, lake
from huiqun.foundation.lake.manifest import write_whole
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound, Refusal


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """``problems`` are audiences that could not be worked out, each with the reason."""

    audiences: int = 0
    changed: int = 0
    entered: int = 0
    left: int = 0
    milliseconds: int = 0
    problems: tuple[tuple[int, Refusal], ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Found:
    version: AudienceVersion
    node: Node
    scope: Scope
    stamp: str

    @property
    def stands(self) -> Membership | None:
        """What was known before, whatever it was worked out from."""
        return Membership.objects.select_for_update().filter(audience=self.version.audience_id).first()


def refresh_memberships(*, now: datetime) -> Refreshed:
    """Work out every current audience over the lake's current version and today, those first that others refer
    to. What nothing has changed for is not worked out again. One that is refused does not keep the others.

    :raises NoLakeYet
    """
    if not lake.version():
        raise NoLakeYet()
    attempt = _attempt(now)
    started, results, problems = perf_counter(), [], []
    versions = _in_order(list(_latest()))
    _read_together(versions, now)
    for version in versions:
        try:
            results.append(_refresh(version, now))
        except Refusal as refusal:
            problems.append((version.audience_id, refusal))
    write_whole(_attempted(), attempt)
    return Refreshed(
        audiences=len(versions),
        changed=sum(1 for entered, left in results if entered or left),
        entered=sum(entered for entered, _left in results),
        left=sum(left for _entered, left in results),
        milliseconds=round((perf_counter() - started) * 1000),
        problems=tuple(problems),
    )


def _read_together(versions: Sequence[AudienceVersion], now: datetime) -> None:
    """Whatever the feature file tells of all rules, in one reading."""
    asked: dict[str, Asked] = {}
    scope = scope_of(bitmaps.EVERYBODY, today=local_date(now), branch_ids=None)
    for version in versions:
        with suppress(rules.RuleInvalid):
            for leaf in leaves(rules.parse(version.rule)):
                one = Asked(leaf=leaf)
                if not one.reference:
                    asked.setdefault(one.key(scope), one)
    with suppress(Refusal):
        bitmaps.ready(list(asked.values()), scope)


def memberships_are_behind(*, now: datetime) -> bool:
    """Whether anything has changed since all were refreshed last; what was refused then waits for that too."""
    if not lake.version():
        return False
    try:
        return _attempted().read_text() != _attempt(now)
    except FileNotFoundError:
        return True


def sweep_memberships(*, now: datetime) -> int:
    """Delete old files of ids that nobody is in any more; how many."""
    return memberships.sweep(now=now, keep=Membership.objects.values_list("ids_digest", flat=True))


def refresh_membership(*, audience_id: int, now: datetime) -> None:
    """Work out one audience. :raises NotFound, NoLakeYet, RuleInvalid, TooHeavy, Busy"""
    if not lake.version():
        raise NoLakeYet()
    version = _latest().filter(audience=audience_id).first()
    if version is None:
        raise NotFound()
    _refresh(version, now)


def _attempt(now: datetime) -> str:
    newest = AudienceVersion.objects.aggregate(newest=Max("pk"))["newest"]
    return f"{lake.version()} {local_date(now)} {newest}"


def _attempted() -> Path:
    return lake.folder() / "memberships" / "REFRESHED"


def _latest() -> OfAudienceQuerySet:
    current = Audience.objects.current().values("pk")
    rows = AudienceVersion.objects.filter(audience__in=current).select_related("audience")
    return rows.order_by("audience_id", "-number").distinct("audience_id")


def _refresh(version: AudienceVersion, now: datetime) -> tuple[int, int]:
    """How many entered and left. Ids are worked out before anything is locked."""
    started = perf_counter()
    found = _found(version, now)
    known = Membership.objects.filter(audience=version.audience_id).first()
    if known is not None and _is_true_still(known, found):
        _still_true(known, found, now)
        return 0, 0
    ids = bitmaps.chosen(found.node, found.scope)
    return _replace(found, ids, now, round((perf_counter() - started) * 1000))


def _is_true_still(known: Membership, found: _Found) -> bool:
    same = (known.version_id, known.stamp) == (found.version.pk, found.stamp)
    return same and memberships.are_kept(known.ids_digest)


def _found(version: AudienceVersion, now: datetime) -> _Found:
    node = rules.parse(version.rule)
    scope = scope_of(node, today=local_date(now), branch_ids=branches_below(version.audience.branch_id))
    stamp = digest(version.rule_digest, bitmaps.stamp(node, scope))
    return _Found(version=version, node=node, scope=scope, stamp=stamp)


@transaction.atomic
def _still_true(known: Membership, found: _Found, now: datetime) -> None:
    scope = found.scope
    if (known.as_of, known.lake_version) != (scope.today, scope.lake_version):
        known.as_of, known.lake_version, known.refreshed_at = scope.today, scope.lake_version, now
        known.save(update_fields=["as_of", "lake_version", "refreshed_at"])
        note_size(found.version, count=known.count, lake_version=scope.lake_version, now=now)


@transaction.atomic
def _replace(found: _Found, ids: BitMap, now: datetime, milliseconds: int) -> tuple[int, int]:
    """A refresh of an older version of the lake that comes late changes nothing."""
    version, scope = found.version, found.scope
    Audience.objects.select_for_update(of=("self",)).get(pk=version.audience_id)
    before = found.stands
    if before is not None and _is_newer(before, found):
        return 0, 0
    row = before or Membership(audience_id=version.audience_id, changed_at=now)
    old = _ids_before(before)
    because = "first" if old is None else _because(row, found)
    entered, left = ids - (old or BitMap()), (old or BitMap()) - ids
    row.version, row.stamp = version, found.stamp
    row.as_of, row.lake_version = scope.today, scope.lake_version
    row.count, row.ids_digest = len(ids), memberships.keep_ids(ids)
    row.milliseconds, row.refreshed_at = milliseconds, now
    if entered or left:
        row.changed_at = now
    row.save()
    _tell(found, because, entered, left, now)
    note_size(
        version,
        count=len(ids),
        lake_version=scope.lake_version,
        now=now,
        entered=len(entered) if old is not None else 0,
        left=len(left),
    )
    return len(entered), len(left)


def _is_newer(before: Membership, found: _Found) -> bool:
    mine = (found.version.number, found.scope.today, found.scope.lake_version)
    return (before.version.number, before.as_of, before.lake_version) > mine


def _tell(found: _Found, because: str, entered: BitMap, left: BitMap, now: datetime) -> None:
    version, scope = found.version, found.scope
    for kind, ids in ((CustomersEntered, entered), (CustomersLeft, left)):
        if ids:
            event = kind(
                audience_id=version.audience_id,
                number=version.number,
                because=because,
                as_of=scope.today,
                lake_version=scope.lake_version,
                count=len(ids),
                ids_digest=memberships.keep_ids(ids),
            )
            facts.record(event, at=now, branch_id=version.audience.branch_id)


def _ids_before(before: Membership | None) -> BitMap | None:
    """None when there were none, or nobody can say any more who they were."""
    if before is None:
        return None
    try:
        return memberships.ids_of(before.ids_digest)
    except IdsGone:
        return None


def _because(before: Membership, found: _Found) -> str:
    if before.version_id != found.version.pk:
        return "rule"
    return "data" if before.lake_version != found.scope.lake_version else "day"


def _in_order(versions: list[AudienceVersion]) -> list[AudienceVersion]:
    """Those first that others refer to. Rules that can no longer be read come as they are."""
    by_audience = {version.audience_id: version for version in versions}
    done: dict[int, AudienceVersion] = {}

    def visit(version: AudienceVersion, above: frozenset[int]) -> None:
        if version.audience_id in done or version.audience_id in above:
            return
        for each in _referred(version):
            if each in by_audience:
                visit(by_audience[each], above | {version.audience_id})
        done[version.audience_id] = version

    for version in versions:
        visit(version, frozenset())
    return list(done.values())


def _referred(version: AudienceVersion) -> Iterator[int]:
    try:
        yield from (each for _leaf, each in references(rules.parse(version.rule)))
    except rules.RuleInvalid:
        return
