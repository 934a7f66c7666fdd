"""The states of a run and of a recipient, and the reasons for which somebody is not sent to."""

from enum import StrEnum

from huiqun.lib.words import gettext_noop as _


class RunState(StrEnum):
    GATING = "gating"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"


class State(StrEnum):
    LISTED = "listed"
    DROPPED = "dropped"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


WAITING = (State.HELD, State.QUEUED)
OPEN = (State.LISTED, State.HELD, State.QUEUED, State.SENDING)
REACHED = (State.SENT, State.DELIVERED)


class Reason(StrEnum):
    """Why a person got nothing. Declared in the order in which they are judged: the first one wins."""

    UNKNOWN_CUSTOMER = "unknown_customer"
    NO_CONTACT_POINT = "no_contact_point"
    SUPPRESSED = "suppressed"
    NO_CONSENT = "no_consent"
    CONSENT_OUTDATED = "consent_outdated"
    TOPIC_REFUSED = "topic_refused"
    MINOR = "minor"
    PROTECTED = "protected"
    UNSUITABLE = "unsuitable"
    ASSESSMENT_EXPIRED = "assessment_expired"
    OVERDUE_BORROWER = "overdue_borrower"
    OVER_QUOTA = "over_quota"
    OVER_FREQUENCY = "over_frequency"
    LOWER_PRIORITY = "lower_priority"
    QUIET_HOURS = "quiet_hours"
    HOLIDAY = "holiday"
    DEADLINE_PASSED = "deadline_passed"
    CONTROL = "control"
    CANCELLED = "cancelled"
    """Not a gate: the run was cancelled before the person's turn came."""


GATES = tuple(reason for reason in Reason if reason not in (Reason.CONTROL, Reason.CANCELLED))
"""The gates in order; control is judged after all of them and is about the arm, not about the person."""

RANK = {reason: rank for rank, reason in enumerate(GATES, start=1)}
PASSED = 100


class TouchKind(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"


PAUSE_WORDS = {
    "asked": _("Paused by staff"),
    "campaigns.release_stopped": _("Too many complaints, opt-outs or failures in this stage"),
    "channel:signature_missing": _("The text does not begin with a signature in its brackets"),
    "channel:signature_not_approved": _("The signature is not approved for this account"),
    "channel:template_not_approved": _("The text follows no approved template of this account"),
    "compliance.stopped": _("Stopped by compliance"),
    "compliance.not_approved": _("The approval no longer holds"),
    "compliance.approval_outdated": _("Today's rulebook forbids what was approved"),
    "compliance.licence_expired": _("A licence has expired"),
    "delivery.account_unfit": _("The channel account is switched off"),
}
"""What paused a run, by the code of the refusal; a channel's own refusal begins with ``channel:``."""

CHANNEL_REFUSED = _("The channel refuses the account; ask an administrator to check its settings")


class Failure(StrEnum):
    """Why a message that was tried did not get through."""

    REFUSED = "refused"
    EXHAUSTED = "exhausted"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"
    GIVEN_UP = "given_up"
    UNRENDERABLE = "unrenderable"
    NO_ADDRESS = "no_address"


REASON_WORDS = {
    Reason.UNKNOWN_CUSTOMER: _("Not a customer known to the bank, or merged into another"),
    Reason.NO_CONTACT_POINT: _("No phone number or address for the planned channels"),
    Reason.SUPPRESSED: _("On the suppression list"),
    Reason.NO_CONSENT: _("No consent for this channel and purpose"),
    Reason.CONSENT_OUTDATED: _("Consent was given to an outdated text"),
    Reason.TOPIC_REFUSED: _("Wants no more messages about this topic"),
    Reason.MINOR: _("Under 18 years of age"),
    Reason.PROTECTED: _("A protected person, who is not marketed to"),
    Reason.UNSUITABLE: _("Product risk exceeds the customer's risk tolerance"),
    Reason.ASSESSMENT_EXPIRED: _("Risk assessment missing or expired"),
    Reason.OVERDUE_BORROWER: _("Has an overdue loan; loans are not offered"),
    Reason.OVER_QUOTA: _("The quota of the channel is used up"),
    Reason.OVER_FREQUENCY: _("Contacted too often lately"),
    Reason.LOWER_PRIORITY: _("Another campaign of higher priority reaches the customer today"),
    Reason.QUIET_HOURS: _("It was a quiet hour, and the run drops what falls into one"),
    Reason.HOLIDAY: _("It was a public holiday, and the run drops what falls on one"),
    Reason.DEADLINE_PASSED: _("The deadline for sending had passed"),
    Reason.CONTROL: _("In the control group"),
    Reason.CANCELLED: _("The run was cancelled first"),
}

STATE_WORDS = {
    State.LISTED: _("Listed"),
    State.DROPPED: _("Not sent"),
    State.HELD: _("Held"),
    State.QUEUED: _("Queued"),
    State.SENDING: _("Being sent"),
    State.SENT: _("Sent"),
    State.DELIVERED: _("Delivered"),
    State.FAILED: _("Sending failed"),
}

STATE_COLOURS = {
    State.LISTED: "grey",
    State.DROPPED: "gold",
    State.HELD: "purple",
    State.QUEUED: "cyan",
    State.SENDING: "blue",
    State.SENT: "blue",
    State.DELIVERED: "green",
    State.FAILED: "red",
}

RUN_STATE_WORDS = {
    RunState.GATING: _("Being gated"),
    RunState.SENDING: _("Sending"),
    RunState.PAUSED: _("Paused"),
    RunState.FINISHED: _("Finished"),
}

RUN_STATE_COLOURS = {
    RunState.GATING: "cyan",
    RunState.SENDING: "blue",
    RunState.PAUSED: "gold",
    RunState.FINISHED: "green",
}

FAILURE_WORDS = {
    Failure.REFUSED: _("Refused by the channel"),
    Failure.EXHAUSTED: _("Given up after several attempts"),
    Failure.UNDELIVERED: _("Reported as undelivered"),
    Failure.UNKNOWN: _("Outcome unknown; not sent again unless somebody decides so"),
    Failure.GIVEN_UP: _("Outcome unknown; given up by staff"),
    Failure.UNRENDERABLE: _("The copy could not be filled in for this customer"),
    Failure.NO_ADDRESS: _("The contact point was gone when its turn came"),
}

TOUCH_WORDS = {
    TouchKind.SENT: _("Sent"),
    TouchKind.DELIVERED: _("Delivered"),
    TouchKind.FAILED: _("Sending failed"),
    TouchKind.BOUNCED: _("Bounced"),
    TouchKind.OPENED: _("Message opened"),
    TouchKind.CLICKED: _("Link opened"),
    TouchKind.UNSUBSCRIBED: _("Unsubscribed"),
    TouchKind.COMPLAINED: _("Complained"),
}

TOUCH_COLOURS = {
    TouchKind.SENT: "blue",
    TouchKind.DELIVERED: "green",
    TouchKind.FAILED: "red",
    TouchKind.BOUNCED: "red",
    TouchKind.OPENED: "cyan",
    TouchKind.CLICKED: "cyan",
    TouchKind.UNSUBSCRIBED: "gold",
    TouchKind.COMPLAINED: "red",
}

SENDING = ("sms", "email")
"""The channels by which messages leave."""
CHANNEL_WORDS = {
    "": "",
    "sms": _("SMS"),
    "email": _("E-mail"),
    "phone": _("Phone call"),
    "phone_mobile": _("Call to a mobile phone"),
    "phone_landline": _("Call to a landline"),
    "branch_counter": _("Branch counter"),
}
