"""Why the catalogue and the stock of codes say no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class DetailsMissing(Refusal):
    code = "benefits.details_missing"
    sentence = _("This kind of benefit needs more, or something else, than was given: %(what)s. Fill it in.")


class TransferUnsafe(Refusal):
    code = "benefits.transfer_unsafe"
    sentence = _(
        "Whoever has seen a partner's code can use it, so that such a benefit cannot be passed on. Use codes made by "
        "the platform, or do not allow passing on."
    )


class ThresholdHidden(Refusal):
    code = "benefits.threshold_hidden"
    sentence = _(
        "The terms do not tell the customer everything that the rules ask: %(what)s. Say it in the terms."
    )


class TopUpTooLarge(Refusal):
    code = "benefits.top_up_too_large"
    sentence = _(
        "The approved terms allow %(left)s more pieces to be added. For more than that, plan a new offer and have it "
        "reviewed."
    )


class CodesUnreadable(Refusal):
    code = "benefits.codes_unreadable"
    sentence = _("The file cannot be read as a list of codes: %(problem)s. Mend it and bring it again.")
    status = 422


class CodesBroughtIn(Refusal):
    code = "benefits.codes_brought_in"
    sentence = _(
        "A partner's codes have been brought in for this benefit, so that it stays. Leave it as a draft."
    )


class NotFromPool(Refusal):
    code = "benefits.not_from_pool"
    sentence = _("The codes of this benefit are made by the platform. Choose a benefit with partner's codes.")


class CodesOut(Refusal):
    code = "benefits.codes_out"
    sentence = _("All codes of this benefit have been given out. Have a look at our other offers.")


class CodesBusy(Refusal):
    code = "benefits.codes_busy"
    sentence = _("The last codes are being given out at this moment. Try once more in a few seconds.")
    status = 503


class ImportNotFound(NotFound):
    code = "benefits.import_not_found"
    sentence = _("There is no such import of codes, or it belongs to another branch.")


class NotAlone(Refusal):
    code = "benefits.not_alone"
    sentence = _("This benefit belongs to a campaign and is reviewed with it. Submit the campaign.")


class SubjectClosed(Refusal):
    code = "benefits.subject_closed"
    sentence = _("This campaign is under review, or approved. Take it back before you add a benefit.")


class NotLawfulOffer(Refusal):
    code = "benefits.not_lawful_offer"
    sentence = _("%(count)s findings in the words of this offer block it. Mend the words and submit again.")


class PictureTooHeavy(Refusal):
    code = "benefits.picture_too_heavy"
    sentence = _(
        "The picture is too large for a customer's phone even when made smaller. Choose a simpler one."
    )
    status = 422
