"""What is done with activities. Everything doors may ask of it is named here."""

from huiqun.communities.actions.activities import (
    ActivityTerms,
    cancel_activity,
    decide_activity,
    remind_activities,
    save_activity,
    submit_activity,
)
from huiqun.communities.actions.seats import (
    Scan,
    ScanAnswer,
    SignedUp,
    cancel_sign_up,
    change_portrait_consent,
    check_in,
    check_in_many,
    sign_up,
)

__all__ = [
    "ActivityTerms",
    "Scan",
    "ScanAnswer",
    "SignedUp",
    "cancel_activity",
    "cancel_sign_up",
    "change_portrait_consent",
    "check_in",
    "check_in_many",
    "decide_activity",
    "remind_activities",
    "save_activity",
    "sign_up",
    "submit_activity",
]
