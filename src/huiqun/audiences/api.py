"""What programs may ask of audiences: which there are, and who was in one when it was frozen."""

from huiqun.audiences.exports import PURPOSES
from huiqun.audiences.views.roles import EXPORTERS, READERS
from huiqun.foundation.api import Described, add_scope, describe
from huiqun.foundation.api_forms import PLACE, list_of
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

READ, MEMBERS = "audiences:read", "audiences:members"
MOST_MEMBERS = 5_000

_TEXT = {"type": "string"}
_COUNT = {"type": "integer"}
_SNAPSHOT = {
    "snapshot_id": _COUNT,
    "audience_id": _COUNT,
    "version": _COUNT,
    "key": _TEXT,
    "branch": _TEXT,
    "as_of": {"type": "string", "format": "date"},
    "count": _COUNT,
    "treatment": _COUNT,
    "control": _COUNT,
    "file_digest": _TEXT,
    "frozen_at": {"type": "string", "format": "date-time"},
}
_AUDIENCE = {
    "audience_id": _COUNT,
    "name": _TEXT,
    "branch": _TEXT,
    "version": _COUNT,
    "sentence": {"type": "string", "description": "the rule in words"},
    "count": {"type": ["integer", "null"], "description": "as worked out last"},
}

add_scope(READ, _("Read audiences and their snapshots"), (*READERS, Role.AUDITOR))
add_scope(MEMBERS, _("Read who was in a snapshot, for a purpose"), EXPORTERS)

describe(
    Described(
        path="/api/audiences/",
        method="get",
        scope=READ,
        name="audiences_list",
        summary=_("Audiences at their latest version, newest first."),
        parameters=PLACE,
        response=list_of(_AUDIENCE),
    )
)
describe(
    Described(
        path="/api/audiences/{audience_id}/",
        method="get",
        scope=READ,
        name="audiences_one",
        summary=_("One audience with its rule."),
        response={
            "type": "object",
            "properties": {**_AUDIENCE, "rule": {"type": "object"}, "rule_digest": _TEXT},
        },
    )
)
describe(
    Described(
        path="/api/audiences/{audience_id}/snapshots/",
        method="get",
        scope=READ,
        name="snapshots_list",
        summary=_("The snapshots of an audience, newest first."),
        parameters=PLACE,
        response=list_of(_SNAPSHOT),
    )
)
describe(
    Described(
        path="/api/audiences/snapshots/{snapshot_id}/members/",
        method="get",
        scope=MEMBERS,
        name="snapshot_members",
        summary=_("Customer numbers by arm, as the snapshot was frozen. Each page that is read is recorded."),
        parameters={
            "purpose": {
                "type": "string",
                "enum": list(PURPOSES),
                "required": True,
                "description": _("What for; kept as evidence."),
            },
            "after": PLACE["after"],
            "size": {**PLACE["size"], "maximum": MOST_MEMBERS, "default": 1_000},
        },
        response=list_of(
            {"customer_number": _TEXT, "arm": {"type": "string", "enum": ["treatment", "control"]}}
        ),
    )
)
