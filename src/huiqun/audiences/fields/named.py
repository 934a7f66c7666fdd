"""Fields whose names go on after a colon: attributes, tags and scores that the bank delivers, other audiences."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from sqlglot import exp

from huiqun.audiences.fields.expressions import any_rows, column, measured, text
from huiqun.audiences.fields.numbers import number_in
from huiqun.foundation.fields import Arguments, AudienceField, FieldType, Measure
from huiqun.lib.words import gettext_noop as _

ATTRIBUTES = _("Attributes")
AUDIENCES = _("Other audiences")
AUDIENCE_NUMBER = "[1-9][0-9]{0,8}"


@lru_cache(maxsize=2048)
def attribute_text(name: str) -> AudienceField:
    """``attribute:job``: an attribute as the bank delivered it."""
    return _attribute("attribute", name, FieldType.TEXT, _greatest(column("value")))


@lru_cache(maxsize=2048)
def attribute_number(name: str) -> AudienceField:
    """``attribute_number:age``: the same read as a number; unknown when it is none."""
    return _attribute("attribute_number", name, FieldType.NUMBER, _greatest(number_in(column("value"))))


@lru_cache(maxsize=2048)
def tag(name: str) -> AudienceField:
    """``tag:vip``: whether the bank delivered an attribute called ``tag:vip``, whatever its value."""
    return _attribute(
        "tag",
        name,
        FieldType.FLAG,
        any_rows,
        delivered=f"tag:{name}",
        phrase=_("is tagged “%(name)s”"),
        description=_("A tag that the bank delivers: an attribute whose name begins with tag:."),
    )


@lru_cache(maxsize=2048)
def score(name: str) -> AudienceField:
    """``score:churn``: the attribute ``score:churn`` as a number, once somebody delivers it."""
    return _attribute(
        "score",
        name,
        FieldType.NUMBER,
        _greatest(number_in(column("value"))),
        delivered=f"score:{name}",
        phrase=_("score “%(name)s”"),
        description=_(
            "A score of a model (propensity, churn), delivered as an attribute that begins with score:."
        ),
    )


@lru_cache(maxsize=2048)
def audience(number: str) -> AudienceField | None:
    """``audience:12``: whether the customer is in that audience as it was worked out last. Who that is comes as
    a table of ids beside the lake."""
    if not re.fullmatch(AUDIENCE_NUMBER, number):
        return None

    def relation(arguments: Arguments, today: date) -> exp.Select:
        rows = exp.select(column("customer_id"), exp.alias_(exp.true(), "value", quoted=True))
        return rows.from_(exp.to_table(f"audience_{number}", quoted=True))

    return AudienceField(
        name=f"audience:{number}",
        label=number,
        phrase=_("is in the audience “%(name)s”"),
        description=_("As it was worked out last: after each delivery of data and at midnight."),
        type=FieldType.FLAG,
        group=AUDIENCES,
        relation=relation,
        absent=False,
    )


def _greatest(value: exp.Expr) -> Callable[[], exp.Expr]:
    return lambda: exp.Max(this=value.copy())


def _attribute(
    family: str,
    name: str,
    kind: FieldType,
    value: Callable[[], exp.Expr],
    *,
    delivered: str = "",
    phrase: str = "",
    description: str = _("An attribute that the bank delivers."),
) -> AudienceField:
    """Names are kept as text literals; a customer has one value for each name."""

    def relation(arguments: Arguments, today: date) -> Measure:
        of_name = exp.EQ(this=column("name"), expression=text(delivered or name))
        return measured("attributes", value(), of_name)

    return AudienceField(
        name=f"{family}:{name}",
        label=name,
        phrase=phrase,
        description=description,
        type=kind,
        group=ATTRIBUTES,
        relation=relation,
        absent=False if kind is FieldType.FLAG else None,
    )
