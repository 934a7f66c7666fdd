"""What programs are told of the check: its scope and its form."""

from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS
from huiqun.foundation.api import Described, add_scope, describe
from huiqun.lib.severity import Severity
from huiqun.lib.words import gettext_noop as _

SCOPE = "copy:check"
MOST_ITEMS = 100

_ITEM = {
    "text": {"type": "string", "description": _("The copy, 1 to 20,000 characters.")},
    "channel": {"type": "string", "enum": list(CHANNELS)},
    "product_kind": {"type": "string", "enum": list(PRODUCT_KINDS)},
    "product_risk": {"type": "integer", "minimum": 1, "maximum": 5, "description": _("2 for R2.")},
    "on": {
        "type": "string",
        "format": "date",
        "description": _("Judge by the law of this day; today if left out."),
    },
}
_OPTIONAL = {"type": ["string", "null"]}
_FINDING = {
    "type": "object",
    "properties": {
        "rule": {"type": "string"},
        "name": {"type": "string"},
        "severity": {"type": "string", "enum": [severity.value for severity in Severity]},
        "start": {
            "type": ["integer", "null"],
            "description": _("Code points; null where something is missing."),
        },
        "end": {"type": ["integer", "null"]},
        "quote": {"type": "string"},
        "message": {"type": "string"},
        "fix": {"type": "string"},
        "found_by": {"type": "string", "enum": ["words", "model"]},
        "replacement": _OPTIONAL,
        "insertion": {"type": "string"},
        "insert_at": {"type": "string", "enum": ["start", "end"]},
        "citations": {"type": "array", "items": {"type": "object"}},
    },
}


add_scope(SCOPE, _("Check copy against the rulebook"))
describe(
    Described(
        path="/api/compliance/check/",
        method="post",
        scope=SCOPE,
        summary=_("Judge one copy, or up to 100 in items."),
        request={
            "type": "object",
            "required": ["text", "channel", "product_kind"],
            "properties": {
                **_ITEM,
                "items": {
                    "type": "array",
                    "maxItems": MOST_ITEMS,
                    "description": _("Instead of the other fields: objects that have them."),
                    "items": {"type": "object", "properties": _ITEM},
                },
            },
        },
        response={
            "type": "object",
            "required": ["findings", "rulebook_version", "on"],
            "properties": {
                "findings": {"type": "array", "items": _FINDING},
                "rulebook_version": {"type": "string"},
                "on": {"type": "string", "format": "date"},
            },
        },
    )
)
