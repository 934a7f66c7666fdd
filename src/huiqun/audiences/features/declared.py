"""Which features there are: those of the presets, windows that people ask for most, and whatever current
audiences ask. Anything else is worked out from the lake when it is asked."""

from collections.abc import Iterator
from typing import Any

from huiqun.audiences import rules
from huiqun.audiences.features.wanted import Feature, features_of
from huiqun.audiences.models import Audience, AudienceVersion
from huiqun.audiences.presets import PRESETS
from huiqun.audiences.rules.tree import Leaf, leaves
from huiqun.foundation import fields

MAX_FEATURES = 300


def _ask(field: str, **arguments: Any) -> dict[str, Any]:
    return {"field": field, "with": arguments} if arguments else {"field": field}


COMMON: tuple[dict[str, Any], ...] = (
    _ask("holdings.amount"),
    _ask("holdings.next_maturity"),
    _ask("aum.now"),
    _ask("transactions.count", days=30),
    _ask("transactions.sum", days=30, kind=["spend"]),
    _ask("transactions.last", days=90),
    _ask("app_events.count", days=30),
    _ask("app_events.count", days=30, kind=["login"]),
    _ask("app_events.last", days=90),
)


def declared_features() -> list[Feature]:
    """In the order in which they are kept when there are too many: presets, common windows, audiences."""
    return features_of([*_of_presets(), *_common(), *_of_audiences()])[:MAX_FEATURES]


def _of_presets() -> Iterator[Leaf]:
    for preset in PRESETS:
        yield from leaves(rules.parse(preset.rule))


def _common() -> Iterator[Leaf]:
    for asked in COMMON:
        field = fields.find(asked["field"])
        if field is None:
            continue
        condition = "is_known" if field.absent is None else "eq"
        value = {} if condition == "is_known" else {"value": 0}
        yield from leaves(rules.parse({**asked, "op": condition, **value}))


def _of_audiences() -> Iterator[Leaf]:
    """A rule that no longer holds (its field is gone) has no features; whoever opens it is told."""
    current = Audience.objects.current().values("pk")
    newest = AudienceVersion.objects.filter(audience__in=current).order_by("audience", "-number")
    for version in newest.distinct("audience").iterator():
        try:
            yield from leaves(rules.parse(version.rule))
        except rules.RuleInvalid:
            continue
