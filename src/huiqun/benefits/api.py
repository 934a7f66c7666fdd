"""What partners' programs may ask of benefits, each for the one partner that its key is bound to."""

from huiqun.foundation.api import Described, add_scope, describe
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

REDEEM, UPLOAD = "benefits:redeem", "benefits:upload"

_TEXT = {"type": "string"}
_AT = {"type": "string", "format": "date-time"}
_USED = {
    "used": {
        "type": "boolean",
        "description": _("Whether this call used it; false: it had been used before, hand nothing out."),
    },
    "used_at": _AT,
    "shop": _TEXT,
    "piece": {"type": "integer"},
}

add_scope(
    REDEEM, _("Confirm that a benefit was used at the partner, and ask for its state"), (Role.MARKETER,)
)
add_scope(UPLOAD, _("Deliver the partner's codes"), (Role.MARKETER,))

describe(
    Described(
        path="/api/benefits/redemptions/",
        method="post",
        scope=REDEEM,
        name="benefits_redeem",
        once=True,
        summary=_("Confirm that a piece was used at the partner to whom the key is bound."),
        request={
            "type": "object",
            "required": ["code", "at"],
            "properties": {
                "code": _TEXT,
                "at": {**_AT, "description": _("The till's clock, with its zone: ten minutes off at most.")},
                "document": {**_TEXT, "description": _("Where the real name is checked.")},
            },
        },
        response={"type": "object", "properties": _USED},
    )
)
describe(
    Described(
        path="/api/benefits/redemptions/state/",
        method="get",
        scope=REDEEM,
        name="benefits_state",
        summary=_("What a piece of this partner's is, and whether it can be used."),
        parameters={"code": {**_TEXT, "required": True}},
        response={
            "type": "object",
            "properties": {
                "piece": {"type": "integer"},
                "item": _TEXT,
                "state": _TEXT,
                "usable": {"type": "boolean"},
                "usable_until": {"type": "string", "format": "date"},
                "real_name": {"type": "boolean"},
                "used_at": _AT,
                "shop": _TEXT,
            },
        },
    )
)
