"""What programs may ask of delivery: runs, who received what, and who is not to be written to."""

from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.delivery.rules.states import SENDING, Failure, Reason, RunState, State
from huiqun.delivery.views.roles import BLOCK_KEEPERS, BLOCK_READERS, SEARCHERS, WATCHERS
from huiqun.foundation.api import Described, add_scope, describe
from huiqun.foundation.api_forms import PLACE, list_of
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop as _

RUNS, MESSAGES = "runs:read", "messages:read"
SUPPRESSIONS, SUPPRESS = "suppressions:read", "suppressions:write"
_TEXT = {"type": "string"}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}
_NUMBER = {"type": "string", "description": _("The bank's customer number.")}
_STATES = [each.value for each in RunState]
_RUN = {
    "run_id": {"type": "integer"},
    "subject": _TEXT,
    "step": _TEXT,
    "digest": _TEXT,
    "state": {"type": "string", "enum": _STATES},
    "source": _TEXT,
    "audience": {"type": "integer"},
    "branch": _TEXT,
    "opened_at": _MOMENT,
    "finished_at": _MOMENT,
}
_MESSAGE = {
    "recipient_id": {"type": "integer"},
    "run_id": {"type": "integer"},
    "subject": _TEXT,
    "step": _TEXT,
    "arm": {"type": "string", "enum": ["treatment", "control"]},
    "channel": _TEXT,
    "variant": _TEXT,
    "state": {"type": "string", "enum": [each.value for each in State]},
    "reason": {"type": "string", "enum": ["", *(each.value for each in Reason)]},
    "failure": {"type": "string", "enum": ["", *(each.value for each in Failure)]},
    "sent_at": _MOMENT,
    "delivered_at": _MOMENT,
    "words": {
        "type": ["object", "null"],
        "description": "What was approved for it, with its places; null where nothing was sent by us.",
        "properties": {"digest": _TEXT, "title": _TEXT, "body": _TEXT},
    },
    "touches": {
        "type": "array",
        "items": {"type": "object", "properties": {"kind": _TEXT, "at": _MOMENT}},
    },
}
_CHANNEL = {
    "type": "string",
    "enum": ["all", *SENDING],
    "description": _("all: on every channel."),
}
_REASON = {"type": "string", "enum": [key for key, _words in SUPPRESSION_REASONS]}
_SUPPRESSION = {
    "suppression_id": {"type": "integer"},
    "customer_number": _NUMBER,
    "channel": _CHANNEL,
    "reason": _REASON,
    "since": _MOMENT,
    "until": _MOMENT,
    "stands": {"type": "boolean"},
}

add_scope(RUNS, _("Read sending runs and their counts"), (*WATCHERS, Role.AUDITOR))
add_scope(
    MESSAGES,
    _("Read what one customer received, when, in which words, or why not"),
    (*SEARCHERS, Role.AUDITOR),
)
add_scope(SUPPRESSIONS, _("Read the suppression list"), (*BLOCK_READERS, Role.AUDITOR))
add_scope(SUPPRESS, _("Suppress customers, and lift suppressions"), BLOCK_KEEPERS)

describe(
    Described(
        path="/api/delivery/runs/",
        method="get",
        scope=RUNS,
        name="runs_list",
        summary=_("Runs, newest first."),
        parameters={
            "state": {"type": "string", "enum": _STATES},
            "subject": {"type": "string", "description": _("What was sent, such as campaign:12.")},
            **PLACE,
        },
        response=list_of(_RUN),
    )
)
describe(
    Described(
        path="/api/delivery/runs/{run_id}/",
        method="get",
        scope=RUNS,
        name="runs_one",
        summary=_("One run with its counts by state, reason, failure and arm."),
        response={
            "type": "object",
            "properties": {
                **_RUN,
                "states": _COUNTS,
                "reasons": _COUNTS,
                "failures": _COUNTS,
                "arms": _COUNTS,
                "sent": {"type": "integer"},
                "dropped": {"type": "integer"},
                "failed": {"type": "integer"},
                "open": {"type": "integer"},
                "paused_because": _TEXT,
            },
        },
    )
)
describe(
    Described(
        path="/api/delivery/messages/",
        method="get",
        scope=MESSAGES,
        name="messages_of_one",
        summary=_("What one customer received or did not, newest first."),
        parameters={
            "customer_number": {**_NUMBER, "required": True},
            "subject": {"type": "string", "description": _("What was sent, such as campaign:12.")},
            **PLACE,
        },
        response=list_of(_MESSAGE),
    )
)
describe(
    Described(
        path="/api/delivery/suppressions/",
        method="get",
        scope=SUPPRESSIONS,
        name="suppressions_list",
        summary=_("Who is not to be written to, newest first."),
        parameters={
            "customer_number": _NUMBER,
            "channel": _CHANNEL,
            "reason": _REASON,
            "ended": {"type": "string", "enum": ["yes"], "description": _("Those that have ended.")},
            **PLACE,
        },
        response=list_of(_SUPPRESSION),
    )
)
describe(
    Described(
        path="/api/delivery/suppressions/add/",
        method="post",
        scope=SUPPRESS,
        name="suppressions_add",
        once=True,
        summary=_("Write to a customer no more. What waits is dropped; a longer suppression stays as it is."),
        request={
            "type": "object",
            "required": ["customer_number", "channel", "reason"],
            "properties": {
                "customer_number": _NUMBER,
                "channel": _CHANNEL,
                "reason": _REASON,
                "last_day": {
                    "type": "string",
                    "format": "date",
                    "description": _("Its last day; without one it has no end."),
                },
            },
        },
        response={
            "type": "object",
            "properties": {"is_new": {"type": "boolean"}, **_SUPPRESSION},
        },
    )
)
describe(
    Described(
        path="/api/delivery/suppressions/{suppression_id}/lift/",
        method="post",
        scope=SUPPRESS,
        name="suppressions_lift",
        once=True,
        summary=_("Lift it. One that stands for a complaint is asked for, and a second person decides."),
        request={
            "type": "object",
            "required": ["reason"],
            "properties": {"reason": {"type": "string", "description": _("Why; kept as evidence.")}},
        },
        response={
            "type": "object",
            "properties": {"outcome": {"type": "string", "enum": ["lifted", "asked"]}},
        },
    )
)
