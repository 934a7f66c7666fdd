"""Why an activity says no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class ActivityNotFound(NotFound):
    code = "communities.activity_not_found"
    sentence = _("There is no such activity, or it is another branch's.")


class RegistrationNotFound(NotFound):
    code = "communities.registration_not_found"
    sentence = _("You have not signed up for this activity.")


class ActivityIncomplete(Refusal):
    code = "communities.activity_incomplete"
    sentence = _(
        "An activity needs a title, words, a place or an https link, at least one seat, and times in their order."
    )
    status = 422


class ActivityFrozen(Refusal):
    code = "communities.activity_frozen"
    sentence = _(
        "This has been decided or changed meanwhile, or is under review. Load the page and look again."
    )


class ActivityUnlawful(Refusal):
    code = "communities.activity_unlawful"
    sentence = _("“%(quote)s” may not be announced: %(message)s Change these words.")
    status = 422


class ActivityOwnWork(Refusal):
    code = "communities.activity_own_work"
    sentence = _("You have written this activity. Somebody else approves it.")
    status = 403


class ActivityNotOpen(Refusal):
    code = "communities.activity_not_open"
    sentence = _("Nobody can sign up for this activity now. Have a look at the others.")


class ConsentNeeded(Refusal):
    code = "communities.sign_up_consent_needed"
    sentence = _("Read what is done with your data and agree to it, then sign up.")
    status = 422


class SeatsTaken(Refusal):
    code = "communities.seats_taken"
    sentence = _("More seats are taken already. Give at least %(taken)s.")
    status = 422


class AlreadyThere(Refusal):
    code = "communities.already_there"
    sentence = _("You have been checked in. There is nothing to cancel any more.")


class CodeUnknown(Refusal):
    code = "communities.door_code_unknown"
    sentence = _("This code is not for this activity. Look at the list for the name.")
    status = 422


class NotAtTheDoor(Refusal):
    code = "communities.not_at_the_door"
    sentence = _("People are checked in from twelve hours before an activity to two days after it.")


class SeatNotTaken(Refusal):
    code = "communities.seat_not_taken"
    sentence = _("This person has no seat: the place was cancelled, or they stand in line.")
