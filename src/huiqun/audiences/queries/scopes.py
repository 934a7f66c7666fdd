"""Over what a rule is worked out: the day, the version of the lake, the branches, other audiences' members."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pyroaring import BitMap

from huiqun.audiences import bitmaps, memberships, rules
from huiqun.audiences.bitmaps import side_of
from huiqun.audiences.engine import Scope
from huiqun.audiences.features.wanted import REFERENCE
from huiqun.audiences.models import Audience, Membership
from huiqun.audiences.queries.audiences import branches_below
from huiqun.audiences.rules.tree import Leaf, Node, leaves
from huiqun.foundation import lake


def scope_of(
    node: Node, *, today: date, branch_ids: Sequence[int] | None, lake_version: int | None = None
) -> Scope:
    number = lake.version() if lake_version is None else lake_version
    return Scope(
        today=today,
        lake_version=number,
        branch_ids=None if branch_ids is None else tuple(sorted(set(branch_ids))),
        sides=_sides(node, today, number, frozenset()),
    )


def references(node: Node) -> Iterator[tuple[Leaf, int]]:
    """The conditions that ask whether somebody is in another audience, each with that audience's id."""
    for leaf in leaves(node):
        prefix, _colon, number = leaf.field.name.partition(":")
        if f"{prefix}:" == REFERENCE and number.isdecimal():
            yield leaf, int(number)


def _sides(node: Node, today: date, number: int, above: frozenset[int]) -> Mapping[str, BitMap]:
    wanted = {side_of(leaf): audience_id for leaf, audience_id in references(node)}
    return (
        {side: _members(each, today, number, above | {each}) for side, each in wanted.items()}
        if wanted
        else {}
    )


def _members(audience_id: int, today: date, number: int, above: frozenset[int]) -> BitMap:
    """As they were worked out last; an audience that has never been is worked out now."""
    known = Membership.objects.filter(audience=audience_id).first()
    if known is not None:
        return memberships.ids_of(known.ids_digest)
    audience = Audience.objects.filter(pk=audience_id).first()
    if audience is None:
        return BitMap()
    node = rules.parse(audience.latest.rule)
    inner = {each for _leaf, each in references(node)}
    sides = {} if inner & above else _sides(node, today, number, above)
    branch_ids = tuple(sorted(branches_below(audience.branch_id)))
    return bitmaps.chosen(node, Scope(today=today, lake_version=number, branch_ids=branch_ids, sides=sides))
