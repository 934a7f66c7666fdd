"""Why a piece cannot be used, returned, passed on or taken away, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class ClaimNotFound(NotFound):
    code = "benefits.claim_not_found"
    sentence = _("There is no such piece, or it is not yours to see. Check the code and type it in again.")


class ClaimOver(Refusal):
    """``state`` is a word that the door translates."""

    code = "benefits.claim_over"
    sentence = _("This cannot be done with a piece in the state “%(state)s”.")


class ClaimExpired(Refusal):
    code = "benefits.claim_expired"
    sentence = _("This piece could be used until %(day)s. It has expired.")


class NotAcceptedYet(Refusal):
    code = "benefits.not_accepted_yet"
    sentence = _("The customer has not accepted this piece yet. It is accepted on the phone, by one tap.")


class ClaimHeld(Refusal):
    code = "benefits.claim_held"
    sentence = _("This piece is being checked by a person. The customer is told as soon as that is done.")


class DocumentNeeded(Refusal):
    code = "benefits.document_needed"
    sentence = _(
        "This piece is used against an identity document. Enter the number of the customer's document."
    )
    status = 422


class DocumentWrong(Refusal):
    code = "benefits.document_wrong"
    sentence = _(
        "The document is not the one that the bank has on file for the holder. Check it and try again."
    )


class DocumentUnknown(Refusal):
    code = "benefits.document_unknown"
    sentence = _("The bank has no identity document of the holder on file. Send the customer to a branch.")


class NotTransferable(Refusal):
    code = "benefits.not_transferable"
    sentence = _("The terms do not allow this piece to be passed on. It stays with its holder.")


class PassedOnAlready(Refusal):
    code = "benefits.passed_on_already"
    sentence = _("A piece is passed on once. Whoever received it keeps it.")


class ReceiverUnknown(Refusal):
    code = "benefits.receiver_unknown"
    sentence = _(
        "No other customer of the bank has this mobile number. Check it, or let the receiver join first."
    )


class ReturnClosed(Refusal):
    code = "benefits.return_closed"
    sentence = _("The bank takes a used or granted piece back only at the counter. Ask the service desk.")


class ReasonMissing(Refusal):
    code = "benefits.reason_missing"
    sentence = _("Say why. The reason is kept and the customer may ask for it.")
    status = 422


class NotRevoked(Refusal):
    code = "benefits.not_revoked"
    sentence = _(
        "Only what the bank has taken back can be appealed against, within %(days)s days. Call the service desk."
    )


class AppealMade(Refusal):
    code = "benefits.appeal_made"
    sentence = _("You have appealed already. A person decides and the answer is shown here.")


class AppealNotFound(NotFound):
    code = "benefits.appeal_not_found"
    sentence = _("There is no such appeal, or it belongs to another branch.")


class AppealDone(Refusal):
    code = "benefits.appeal_done"
    sentence = _("This appeal has been decided already. Reload the page.")


class OwnDecision(Refusal):
    code = "benefits.own_decision"
    sentence = _("You took this piece back yourself. Another person decides on the appeal.")


class ExportPurposeMissing(Refusal):
    code = "benefits.export_purpose_missing"
    sentence = _("Say what the export is for. It is kept as evidence.")
    status = 422
