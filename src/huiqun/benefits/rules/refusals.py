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


class LimitReached(Refusal):
    """``scope`` is one of ``limits.SCOPES``."""

    code = "benefits.limit_reached"
    sentence = _("This offer has a limit that has been reached. Have a look at our other offers.")
    of_all = {
        "day": _("Today's %(limit)s pieces have been claimed. Come back tomorrow."),
        "branch": _(
            "The %(limit)s pieces of your branch have been claimed. Have a look at our other offers."
        ),
        "customer": _("You have had all %(limit)s pieces that one customer may have of this offer."),
        "document": _("The %(limit)s pieces for your identity document have been claimed already."),
        "device": _(
            "The %(limit)s pieces that may be claimed from one phone have been claimed from this one."
        ),
        "household": _("The %(limit)s pieces for your household have been claimed already."),
    }

    def __init__(self, *, scope: str, limit: int) -> None:
        self.scope = scope
        self.sentence = self.of_all[scope]  # type: ignore[misc]
        super().__init__(limit=limit)


class KeyMissing(Refusal):
    code = "benefits.key_missing"
    sentence = _("This offer is counted, and something is missing that we count by.")
    of_each = {
        "document": _(
            "This offer is counted by identity document, and we have none of yours. Bring it to your branch."
        ),
        "device": _("This offer is counted by phone. Let your browser keep cookies, then try again."),
    }

    def __init__(self, *, scope: str) -> None:
        self.scope = scope
        self.sentence = self.of_each[scope]  # type: ignore[misc]
        super().__init__()


class NotByTapping(Refusal):
    code = "benefits.not_by_tapping"
    sentence = _("This benefit is given when something has been reached or won. See its terms for how.")


class GrantNotFound(NotFound):
    code = "benefits.grant_not_found"
    sentence = _("There is no such piece for you. See what you have among your benefits.")


class PieceGone(Refusal):
    code = "benefits.piece_gone"
    sentence = _(
        "This piece is no longer waiting: it has been used, returned, taken back, or its time is over."
    )


class WaitYourTurn(Refusal):
    """``place`` counts those before, at most up to ``turns.FAR``; ask again after ``seconds``."""

    code = "benefits.wait_your_turn"
    sentence = _("You are in line, with %(place)s people before you. Keep the page open: your place is kept.")
    status = 503
