"""What the customer does in the bank's app: within the last days."""

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from huiqun.audiences.fields.expressions import (
    column,
    count_distinct,
    count_rows,
    first_of,
    last_of,
    measured,
)
from huiqun.audiences.fields.parameters import APP_KIND, DAYS, TOPIC, of_app_events, recent
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Growth, Measure, Relation
from huiqun.lib.words import gettext_noop as _

GROUP = _("App behaviour")


def _over(value: Callable[[], exp.Expr], growth: Growth | None = None) -> Relation:
    def relation(arguments: Arguments, today: date) -> Measure:
        conditions = [recent(arguments, today), *of_app_events(arguments)]
        return measured("app_events", value(), *conditions, growth=growth)

    return relation


def _field(
    name: str, label: str, phrase: str, kind: FieldType, relation: Relation, *, description: str = ""
) -> AudienceField:
    return AudienceField(
        name=f"app_events.{name}",
        label=label,
        phrase=phrase,
        description=description,
        type=kind,
        group=GROUP,
        parameters=(DAYS, APP_KIND, TOPIC),
        relation=relation,
        absent=None if kind is FieldType.DAY else 0,
    )


APP_FIELDS = (
    _field(
        "count",
        _("Number of app events"),
        _("number of app events in the last %(days)s days"),
        FieldType.NUMBER,
        _over(count_rows, Growth.SUM),
        description=_("Logins, pages viewed and searches, also about one topic only."),
    ),
    _field(
        "days",
        _("Days in the app"),
        _("number of days in the app in the last %(days)s days"),
        FieldType.NUMBER,
        _over(lambda: count_distinct(column("dt"))),
        description=_("Different days, however often on each."),
    ),
    _field(
        "topics",
        _("Number of topics looked at"),
        _("number of topics looked at in the last %(days)s days"),
        FieldType.NUMBER,
        _over(lambda: count_distinct(column("topic"))),
    ),
    _field(
        "first",
        _("Day of the first app event"),
        _("day of the first app event in %(days)s days"),
        FieldType.DAY,
        _over(lambda: first_of("dt"), Growth.MIN),
        description=_("The first one within these days; unknown for customers without any."),
    ),
    _field(
        "last",
        _("Day of the last app event"),
        _("day of the last app event in %(days)s days"),
        FieldType.DAY,
        _over(lambda: last_of("dt"), Growth.MAX),
    ),
)
