"""A rule may ask whether somebody is in another audience, as long as that does not lead back to itself."""

from collections.abc import Iterator

from django.db import connection

from huiqun.audiences import rules
from huiqun.audiences.models import Audience
from huiqun.audiences.queries.scopes import references
from huiqun.audiences.refusals import RefersToItself, UnknownAudience
from huiqun.audiences.rules import Node
from huiqun.foundation.models import Staff

_LOCK = 7_206_114


def check_references(node: Node, *, audience_id: int | None, by: Staff | None) -> None:
    """:raises RefersToItself, UnknownAudience (archived, or of a branch that the person does not see)

    One save at a time: two at once could each close half of a circle.
    """
    asked = list(references(node))
    if not asked:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    rows = Audience.objects.current() if by is None else Audience.objects.visible_to(by).current()
    visible = dict(rows.filter(pk__in=[each for _leaf, each in asked]).values_list("pk", "name"))
    for leaf, each in asked:
        if each not in visible:
            raise UnknownAudience(path=f"{leaf.path}.field", field=leaf.field.name)
        way = _way(each, audience_id) if audience_id is not None else None
        if way is not None:
            raise RefersToItself(path=f"{leaf.path}.field", way=" → ".join(_names([*way])))


def _way(start: int, goal: int) -> tuple[int, ...] | None:
    """From one audience to another by what their latest rules refer to."""
    waiting: list[tuple[int, ...]] = [(start,)]
    seen = {start}
    while waiting:
        way = waiting.pop(0)
        if way[-1] == goal:
            return way
        for each in _referred(way[-1]):
            if each not in seen:
                seen.add(each)
                waiting.append((*way, each))
    return None


def _referred(audience_id: int) -> Iterator[int]:
    audience = Audience.objects.filter(pk=audience_id).first()
    if audience is None:
        return
    try:
        yield from (each for _leaf, each in references(rules.parse(audience.latest.rule)))
    except rules.RuleInvalid:
        return


def _names(ids: list[int]) -> list[str]:
    named = dict(Audience.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [named.get(each, str(each)) for each in [ids[-1], *ids]]
