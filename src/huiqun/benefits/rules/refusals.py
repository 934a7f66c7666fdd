"""Why benefits say no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class OfferIncomplete(Refusal):
    code = "benefits.offer_incomplete"
    sentence = _("The offer needs a name, the item, how to use it, and its terms. Fill in what is missing.")


class QuantityTooSmall(Refusal):
    code = "benefits.quantity_too_small"
    sentence = _("An offer needs at least one piece. Give the quantity.")


class PeriodWrong(Refusal):
    code = "benefits.period_wrong"
    sentence = _("Claiming must end after it begins, and the benefit must be usable until then or later.")


class SubjectTaken(Refusal):
    code = "benefits.subject_taken"
    sentence = _("This campaign has an offer already. Change that one.")


class TermsFrozen(Refusal):
    code = "benefits.terms_frozen"
    sentence = _("The terms are frozen while they are under review or in force. Withdraw the campaign first.")


class TermsClaimed(Refusal):
    code = "benefits.terms_claimed"
    sentence = _("Customers have claimed under these terms, so that they stand. Plan a new offer instead.")


class NotOpen(Refusal):
    code = "benefits.not_open"
    sentence = _("This offer can be claimed from %(start)s to %(end)s. Come back then.")


class SoldOut(Refusal):
    code = "benefits.sold_out"
    sentence = _("All %(quantity)s pieces have been claimed. Have a look at our other offers.")


class BenefitNotFound(NotFound):
    code = "benefits.not_found"
    sentence = _("There is no such benefit, or it belongs to another branch.")
