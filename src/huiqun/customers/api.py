"""What programs may ask of customers: what they have agreed to, and to record it."""

from typing import Any

from huiqun.customers.models.consents import CHANNEL_LABELS, PURPOSE_LABELS
from huiqun.customers.rules import ConsentState
from huiqun.customers.views.roles import CONSENT_KEEPERS, READERS
from huiqun.foundation.api import Described, add_scope, describe
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

READ, WRITE = "consents:read", "consents:write"
MOST_ANSWERS = 500
CHANNELS = [each.value for each in CHANNEL_LABELS]
PURPOSES = [each.value for each in PURPOSE_LABELS]
STATES = [each.value for each in ConsentState]

_TEXT = {"type": "string"}
_NUMBER = {"type": "string", "description": _("The bank's customer number.")}
_ANSWER: dict[str, dict[str, Any]] = {
    "channel": {"type": "string", "enum": CHANNELS},
    "purpose": {"type": "string", "enum": PURPOSES},
    "state": {"type": "string", "enum": STATES},
    "text_version": {"type": "string", "description": _("The published text that was agreed to.")},
    "source": _TEXT,
    "at": {"type": "string", "format": "date-time"},
}
_GIVEN = {
    "customer_number": _NUMBER,
    **{name: _ANSWER[name] for name in ("channel", "purpose", "state", "text_version")},
    "at": {**_ANSWER["at"], "description": _("When the customer said so, with its zone.")},
    "evidence": {
        "type": "string",
        "description": _("Where that can be read: the number of a form, a recording or a log, no text."),
    },
}

add_scope(READ, _("Read what a customer has agreed to"), (*READERS, Role.AUDITOR))
add_scope(WRITE, _("Record consents and withdrawals, with their evidence"), CONSENT_KEEPERS)

describe(
    Described(
        path="/api/customers/consents/",
        method="get",
        scope=READ,
        name="consents_of_one",
        summary=_("A customer's answers now, and the latest fifty of the ledger. No answer means no."),
        parameters={"customer_number": {**_NUMBER, "required": True}},
        response={
            "type": "object",
            "properties": {
                "now": {"type": "array", "items": {"type": "object", "properties": _ANSWER}},
                "ledger": {"type": "array", "items": {"type": "object", "properties": _ANSWER}},
            },
        },
    )
)
describe(
    Described(
        path="/api/customers/consents/import/",
        method="post",
        scope=WRITE,
        name="consents_import",
        once=True,
        summary=_(
            "Record up to 500 answers. One that is older than the customer's latest answer changes nothing."
        ),
        request={
            "type": "object",
            "required": ["name", "answers"],
            "properties": {
                "name": {
                    "type": "string",
                    "description": _("What the list of imports calls it: your system and the batch."),
                },
                "answers": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_ANSWERS,
                    "description": _(
                        "Objects that have these fields, text_version only where state is given."
                    ),
                    "items": {
                        "type": "object",
                        "required": ["customer_number", "channel", "purpose", "state", "at", "evidence"],
                        "properties": _GIVEN,
                    },
                },
            },
        },
        response={
            "type": "object",
            "properties": {
                "import_id": {"type": "integer"},
                "applied": {"type": "integer"},
                "unchanged": {"type": "integer"},
                "refused": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"line": {"type": "integer"}, "code": _TEXT},
                    },
                    "description": "line 1 is the first answer",
                },
            },
        },
    )
)
