"""Who is in several audiences at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from huiqun.audiences.queries.audiences import audience
from huiqun.audiences.queries.membership import members
from huiqun.audiences.refusals import OverlapOfTooFew
from huiqun.foundation.models import Staff

LEAST, MOST = 2, 6


@dataclass(frozen=True, kw_only=True)
class OverlapSet:
    audience_id: int
    name: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Region:
    """``n`` customers are in the audiences at these places and in no other."""

    inside: tuple[int, ...]
    n: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """``n`` in both; ``jaccard`` is that as a share of those in either, None where there is nobody."""

    n: int
    jaccard: float | None


@dataclass(frozen=True, kw_only=True)
class Overlap:
    sets: tuple[OverlapSet, ...]
    regions: tuple[Region, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    union: int


def overlap(
    *, audience_ids: Sequence[int], staff: Staff, today: date, branch_id: int | None = None
) -> Overlap:
    """Of two to six audiences as they were worked out last. :raises OverlapOfTooFew, NotFound, TooHeavy, Busy"""
    wanted = list(dict.fromkeys(audience_ids))
    if not LEAST <= len(wanted) <= MOST:
        raise OverlapOfTooFew()
    named = [audience(each, staff) for each in wanted]
    found = [members(audience_id=each, staff=staff, today=today, branch_id=branch_id) for each in wanted]
    sets = [
        OverlapSet(audience_id=each.audience_id, name=each.name, n=len(ids))
        for each, ids in zip(named, found, strict=True)
    ]
    return Overlap(
        sets=tuple(sets),
        regions=tuple(_regions(found)),
        pairs=tuple(tuple(_pair(one, other) for other in found) for one in found),
        union=len(BitMap.union(*found)),
    )


def _regions(found: Sequence[BitMap]) -> list[Region]:
    """Those in fewest audiences first. Of each set of audiences who is in all of them, less those who are in more."""
    count = len(found)
    common: dict[int, BitMap] = {1 << place: ids for place, ids in enumerate(found)}
    for mask in range(1, 1 << count):
        lowest = mask & -mask
        if mask != lowest:
            common[mask] = common[mask ^ lowest] & common[lowest]
    exactly = {mask: len(ids) for mask, ids in common.items()}
    for place in range(count):
        for mask in sorted(exactly, reverse=True):
            if not mask & (1 << place):
                exactly[mask] -= exactly[mask | (1 << place)]
    regions = [
        Region(inside=tuple(place for place in range(count) if mask & (1 << place)), n=n)
        for mask, n in exactly.items()
    ]
    return sorted(regions, key=lambda each: (len(each.inside), each.inside))


def _pair(one: BitMap, other: BitMap) -> Pair:
    either = one.union_cardinality(other)
    both = one.intersection_cardinality(other)
    return Pair(n=both, jaccard=both / either if either else None)
