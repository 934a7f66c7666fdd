"""Why risk says no, and what to do next. What a customer meets always names its reason and the way to appeal."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class ClaimRefused(Refusal):
    code = "risk.claim_refused"
    sentence = _(
        "This was not given out, because %(reason)s. If that is wrong, ask under “Safety” in your pages for a"
        " person to look at it again."
    )
    status = 403
    leads_to = "risk_my:judgements"


class ProofNeeded(Refusal):
    code = "risk.proof_needed"
    sentence = _(
        "Please confirm that it is you, because %(reason)s: have a one-time code sent to you, then tap again."
    )
    status = 403
    leads_to = "my_prove"


class ScorecardWrong(Refusal):
    code = "risk.scorecard_wrong"
    sentence = _("This scorecard cannot be used: %(what)s. Mend it and try again.")
    status = 422


class ScorecardFixed(Refusal):
    code = "risk.scorecard_fixed"
    sentence = _("This scorecard has left the draft stage and stays as it is. Copy it to a new draft.")


class BackTestFirst(Refusal):
    code = "risk.back_test_first"
    sentence = _("Back-test this scorecard on past claims first, as it is now; then propose it.")


class OwnScorecard(Refusal):
    code = "risk.own_scorecard"
    sentence = _("You wrote or proposed this scorecard. Another risk officer has to activate it.")
    status = 403


class ScorecardNotFound(NotFound):
    code = "risk.scorecard_not_found"
    sentence = _("There is no such scorecard.")


class StartPast(Refusal):
    code = "risk.start_past"
    sentence = _("A scorecard cannot begin in the past. Choose now or a later time.")
    status = 422


class ReasonMissing(Refusal):
    code = "risk.reason_missing"
    sentence = _("Give the reason in a sentence: it stays on record and is told to whom it concerns.")
    status = 422


class CaseNotFound(NotFound):
    code = "risk.case_not_found"
    sentence = _("There is no such case, or it belongs to another branch.")


class CaseClosed(Refusal):
    code = "risk.case_closed"
    sentence = _("This case has been decided already. Load the page again to see how.")


class OtherPersonDecides(Refusal):
    code = "risk.other_person_decides"
    sentence = _("You took the decision that is appealed against. Another risk officer has to decide.")
    status = 403


class NothingToAppeal(NotFound):
    code = "risk.nothing_to_appeal"
    sentence = _("There is no refusal of yours here that could be appealed against.")


class AppealedAlready(Refusal):
    code = "risk.appealed_already"
    sentence = _(
        "You have appealed against this already. The answer is shown in your pages as soon as it is there."
    )


class AppealTooLong(Refusal):
    code = "risk.appeal_too_long"
    sentence = _("Say it in at most %(most)s characters.")
    status = 422


class FreezeNotFound(NotFound):
    code = "risk.freeze_not_found"
    sentence = _("There is no such freeze, or it belongs to another branch.")


class FreezeEmpty(Refusal):
    code = "risk.freeze_empty"
    sentence = _("There is nothing to freeze. Name a device, a customer or a group.")
    status = 422


class FreezeEndWrong(Refusal):
    code = "risk.freeze_end_wrong"
    sentence = _("A freeze lasts between an hour and %(days)s days. Choose an end within that.")
    status = 422


class FreezeOver(Refusal):
    code = "risk.freeze_over"
    sentence = _("This freeze has ended already.")


class NothingToRestrict(Refusal):
    code = "risk.nothing_to_restrict"
    sentence = _("A request for restriction can be made once for an open case, and answered once.")


class NotWatched(Refusal):
    code = "risk.not_watched"
    sentence = _("This campaign has had no claims within the last hour. Stop it from its own page.")


class RingNotFound(NotFound):
    code = "risk.ring_not_found"
    sentence = _("There is no such group of linked customers, or none of them belongs to your branches.")
