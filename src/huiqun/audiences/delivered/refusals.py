"""Why a delivered file is not taken as a whole, and what is wrong with a row."""

from collections.abc import Mapping

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class ColumnNotDelivered(Refusal):
    code = "audiences.column_not_delivered"
    sentence = _("%(file)s has no column %(column)s.")


class ColumnUnknown(Refusal):
    code = "audiences.column_unknown"
    sentence = _("%(file)s has a column that %(dataset)s does not: %(column)s.")


class FileUnreadable(Refusal):
    code = "audiences.file_unreadable"
    sentence = _("%(file)s cannot be read as a table.")


REASONS: Mapping[str, str] = {
    "number": _("The customer number is missing or nobody has it."),
    "event_id": _("The event has no number."),
    "at": _("The time is missing or cannot be read."),
    "dt": _("The day is missing or cannot be read."),
    "dt:future": _("The day lies in the future."),
    "kind": _("The kind is missing or is not a code in small letters."),
    "product_kind": _("The product kind is missing or is not a code in small letters."),
    "product_code": _("The product code is missing."),
    "amount": _("The amount is missing or cannot be read."),
    "matures_date": _("The day of maturity cannot be read."),
    "source": _("The source is neither delivered nor history."),
    "number:range": _("The number is outside the range that was agreed."),
    "amount:range": _("The amount is outside the range that was agreed."),
    "other": _("The value is missing or is not allowed."),
}
"""By the column, or the column and what is wrong with it; other columns share the last one."""


def reason_key(about: str) -> str:
    if about in REASONS:
        return about
    if about.endswith(":range"):
        return "number:range"
    return "other"
