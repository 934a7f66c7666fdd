"""Why a row was not taken: a code, what was seen, and a sentence for the person who mends the file."""

from dataclasses import dataclass, field
from typing import Any

from huiqun.lib.words import gettext_noop as _

SENTENCES: dict[str, str] = {
    "missing": _("A value is needed here. Fill it in."),
    "too_long": _("The value has more than %(limit)s characters. Shorten it."),
    "characters": _("The value contains characters that cannot be stored. Remove control characters."),
    "encoding": _("The bytes are not %(encoding)s text. Export the file again in the right encoding."),
    "number": _("A customer number has letters, digits, “-”, “_” or “.” only. Correct it."),
    "repeated": _("The customer number stands on line %(first)s already. Keep one of the two lines."),
    "branch": _("There is no branch with this code. Correct it or register the branch first."),
    "branch_scope": _("This branch is not yours. Leave its customers out."),
    "date": _("This is not a date. Write it as 2026-11-20 or 20261120."),
    "date_future": _("The date lies in the future. Correct it."),
    "date_old": _("The date lies before 1900. Correct it."),
    "moment": _("This is not a time. Write it as 2026-11-20 09:30:00."),
    "sex": _("Sex is F or M. Let the mapping translate other words."),
    "risk_level": _("A risk level is C1 to C5. Correct it."),
    "lifecycle": _("The lifecycle is new, growing, mature, at_risk or dormant. Let the mapping translate words."),
    "yes_no": _("This is neither yes nor no. Write 1 or 0."),
    "time_zone": _("There is no such time zone. Write it as Asia/Shanghai."),
    "phone": _("This is not a telephone number. Write 11 digits, or + and the country code."),
    "email": _("This is not an e-mail address. Correct it."),
    "id_number": _("The ID number is not well formed. Correct it."),
    "id_checksum": _("The last character of the ID number does not fit the others. Look for a typing error."),
    "card_number": _("A card number has 12 to 19 digits. Correct it."),
    "card_checksum": _("The last digit of the card number does not fit the others. Look for a typing error."),
    "unmapped": _("The mapping has no entry for this value. Correct the value or add it to the mapping."),
    "fields": _("The line has %(found)s fields, the header %(expected)s. Look for a missing separator."),
    "quotes": _("The quotation marks of this line do not match. Close or double them."),
    "line_too_long": _("The line is longer than %(limit)s characters. Look for missing line breaks."),
    "identifier": _("The value looks like a personal identifier. Map the column to its own field."),
    "erased": _("This customer's data was erased. Leave the row out."),
    "customer_unknown": _("There is no customer with this number. Import the customers first."),
    "channel": _("There is no such channel. Use sms, email, phone or branch_counter."),
    "purpose": _("There is no such purpose. Use marketing or service."),
    "state": _("A consent is given or withdrawn. Let the mapping translate other words."),
    "text_version": _("This consent text is not published for the channel and purpose. Publish it first."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    column: str
    value: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)


class BadValue(Exception):
    """A value that cannot be what its field asks for."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that could not even be cut into fields."""

    line: int
    problem: Problem
