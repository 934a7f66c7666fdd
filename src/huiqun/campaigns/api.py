"""What programs may ask of campaigns: to read them, and to start, pause, resume and stop what was approved."""

from huiqun.campaigns.views.roles import PAUSERS, READERS
from huiqun.campaigns.words import Kind, State
from huiqun.foundation.api import Described, add_scope, describe
from huiqun.foundation.api_forms import PLACE, list_of
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

READ, DRIVE = "campaigns:read", "campaigns:drive"

_TEXT = {"type": "string"}
_STATES = [each.value for each in State]
_KINDS = [each.value for each in Kind]
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_ID = {"type": ["integer", "null"]}
_CAMPAIGN = {
    "campaign_id": {"type": "integer"},
    "subject": _TEXT,
    "name": _TEXT,
    "kind": {"type": "string", "enum": _KINDS},
    "state": {"type": "string", "enum": _STATES},
    "branch": _TEXT,
    "start_at": _MOMENT,
    "end_at": _MOMENT,
    "started_at": _MOMENT,
    "run_id": _ID,
    "snapshot_id": _ID,
}
_STATE = {"type": "object", "properties": {"campaign_id": {"type": "integer"}, "state": _TEXT, "run_id": _ID}}

add_scope(READ, _("Read campaigns"), (*READERS, Role.AUDITOR))
add_scope(DRIVE, _("Start, pause, resume and stop approved campaigns"), PAUSERS)

describe(
    Described(
        path="/api/campaigns/",
        method="get",
        scope=READ,
        name="campaigns_list",
        summary=_("Campaigns, newest first."),
        parameters={
            "state": {"type": "string", "enum": _STATES},
            "kind": {"type": "string", "enum": _KINDS},
            **PLACE,
        },
        response=list_of(_CAMPAIGN),
    )
)
describe(
    Described(
        path="/api/campaigns/{campaign_id}/",
        method="get",
        scope=READ,
        name="campaigns_one",
        summary=_("One campaign, and the digest of what was approved."),
        response={
            "type": "object",
            "properties": {
                **_CAMPAIGN,
                "approval": {"type": ["object", "null"], "properties": {"state": _TEXT, "digest": _TEXT}},
            },
        },
    )
)
for _verb, _summary in (
    ("start", _("Start what was approved, early. What is not approved, or is stopped, is refused.")),
    ("pause", _("Pause its run.")),
    ("resume", _("Go on with its run.")),
):
    describe(
        Described(
            path=f"/api/campaigns/{{campaign_id}}/{_verb}/",
            method="post",
            scope=DRIVE,
            name=f"campaigns_{_verb}",
            once=True,
            summary=_summary,
            response=_STATE,
        )
    )
describe(
    Described(
        path="/api/campaigns/{campaign_id}/stop/",
        method="post",
        scope=DRIVE,
        name="campaigns_stop",
        once=True,
        summary=_("End it for good: what is queued is dropped."),
        request={
            "type": "object",
            "required": ["reason"],
            "properties": {"reason": {"type": "string", "description": _("Why; kept as evidence.")}},
        },
        response=_STATE,
    )
)
