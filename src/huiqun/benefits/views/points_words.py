"""Words for movements, accounts and sources, for staff and for customers."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.benefits.models import KIND_LABELS, PointsLine, PointsMovement
from huiqun.benefits.models.points import MOVEMENT_COLOURS, MOVEMENT_LABELS
from huiqun.benefits.rules.points import ADJUSTED, CUSTOMER, EXPIRED, FOREVER, ISSUED, SPENT, MovementKind


@dataclass(frozen=True, kw_only=True)
class ShownMovement:
    row: PointsMovement
    words: str
    label: str
    colour: str


def shown_movement(row: PointsMovement) -> ShownMovement:
    kind = MovementKind(row.kind)
    return ShownMovement(
        row=row, words=words_of(row), label=str(MOVEMENT_LABELS[kind]), colour=MOVEMENT_COLOURS[kind]
    )


def words_of(row: PointsMovement) -> str:
    """What a customer reads on the statement."""
    if row.rule is not None and row.for_day:
        return f"{row.rule.name} · {row.for_day.isoformat()}"
    plain = {
        MovementKind.EXPIRE: _("Points not used in time"),
        MovementKind.ADJUST: _("Corrected by the bank"),
        MovementKind.REFUND: _("Points given back for “%(title)s”") % {"title": row.title or row.source},
    }
    return str(plain.get(MovementKind(row.kind)) or row.title or MOVEMENT_LABELS[MovementKind(row.kind)])


def account_words(line: PointsLine) -> str:
    if line.account == CUSTOMER:
        day = line.expires_on
        if day is None or day == FOREVER:
            return _("Customer's points that keep")
        return _("Customer's points until %(day)s") % {"day": day.isoformat()}
    if line.account.startswith(SPENT):
        return _("Spent on: %(kind)s") % {"kind": spent_words(line.account.removeprefix(SPENT))}
    return {
        ISSUED: pgettext("points", "Issued"),
        EXPIRED: pgettext("points", "Expired"),
        ADJUSTED: pgettext("points", "Adjusted"),
    }.get(line.account, line.account)


def spent_words(kind: str) -> str:
    known = {str(each): words for each, words in KIND_LABELS.items()}
    return str(known.get(kind) or pgettext("points", "Other things"))


def source_url(row: PointsMovement) -> str:
    """The page of what caused a movement, where there is one."""
    noun, _colon, rest = row.source.partition(":")
    number = rest.partition(":")[0]
    if row.rule_id is not None:
        return reverse("benefits:earning_rule_page", args=(row.rule_id,))
    if noun == "adjustment":
        return reverse("benefits:adjustment_list")
    if row.refund_of_id is not None:
        return reverse("benefits:points_movement", args=(row.refund_of_id,))
    if noun == "claim" and number.isdigit():
        return reverse("benefits:points_claim", args=(int(number),))
    return ""
