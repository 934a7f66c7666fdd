"""Why delivery does not do something."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class OrderInvalid(Refusal):
    code = "delivery.order_invalid"
    sentence = _("The run cannot be opened: %(problem)s.")


class AccountUnfit(Refusal):
    code = "delivery.account_unfit"
    sentence = _("Channel account %(account)s is switched off or of another channel. Choose another one.")


class AccountIncomplete(Refusal):
    code = "delivery.account_incomplete"
    sentence = _("The channel account lacks: %(missing)s. Fill it in and save again.")


class NameTaken(Refusal):
    code = "delivery.name_taken"
    sentence = _("There is already a channel account called %(name)s. Choose another name.")


class RunOver(Refusal):
    code = "delivery.run_over"
    sentence = _("This run is finished. Nothing more can be changed.")


class RunNotPaused(Refusal):
    code = "delivery.run_not_paused"
    sentence = _("This run is not paused.")


class RunLate(Refusal):
    code = "delivery.run_late"
    sentence = _(
        "The run's deadline has passed: nothing is sent any more. Count the messages as sent, or give up."
    )


class NothingUncertain(Refusal):
    code = "delivery.nothing_uncertain"
    sentence = _(
        "None of these messages is uncertain any more. Load the page again to see what became of them."
    )


class UnknownLink(NotFound):
    code = "delivery.unknown_link"
    sentence = _("This link is not valid. Please open it from the message you received.")


class BadSignature(Refusal):
    code = "delivery.bad_signature"
    sentence = _("The signature is missing, wrong or too old.")
    status = 401


class Replayed(Refusal):
    code = "delivery.replayed"
    sentence = _("This request was received before.")


class NotYourOwnAddress(Refusal):
    code = "delivery.not_your_own_address"
    sentence = _("A test message can only go to your own %(contact)s as kept in your staff record.")


class TestNotSent(Refusal):
    code = "delivery.test_not_sent"
    sentence = _(
        "The channel did not take the test message (%(problem)s). Ask an administrator to check the account."
    )


class SmsNotRegistered(Refusal):
    code = "delivery.sms_not_registered"
    sentence = _(
        "Copy %(variant)s cannot be sent through its SMS account: %(problem)s. Register it, or change it."
    )


class RegistrationTaken(Refusal):
    code = "delivery.registration_taken"
    sentence = _("%(name)s is registered for this account already. Choose another name or text.")


class RegistrationSettled(Refusal):
    code = "delivery.registration_settled"
    sentence = _("The operator has decided on this already. Apply for a new one instead.")


class TemplateNumberMissing(Refusal):
    code = "delivery.template_number_missing"
    sentence = _("An approved template has a number. Enter the one that the operator gave it.")


class NotAnSmsAccount(Refusal):
    code = "delivery.not_an_sms_account"
    sentence = _("Signatures and templates belong to SMS accounts. Choose one of those.")


class ListUnreadable(Refusal):
    code = "delivery.list_unreadable"
    sentence = _("The list cannot be read: %(problem)s. Compare it with the sample file.")


class ListNotWaiting(Refusal):
    code = "delivery.list_not_waiting"
    sentence = _("This list is still being checked, taken in already, or discarded. Load the page again.")


class LiftReasonMissing(Refusal):
    code = "delivery.lift_reason_missing"
    sentence = _("Say why this person may be written to again. The reason is kept as evidence.")


class LiftNeedsTwo(Refusal):
    code = "delivery.lift_needs_two"
    sentence = _("This block stands for a complaint. Ask for its lifting; a second person decides.")


class LiftDecided(Refusal):
    code = "delivery.lift_decided"
    sentence = _("Somebody has decided on this already. Load the page again.")


class LiftBySelf(Refusal):
    code = "delivery.lift_by_self"
    sentence = _("You asked for this yourself. A second person must decide.")
    status = 403


class ExportPurposeMissing(Refusal):
    code = "delivery.export_purpose_missing"
    sentence = _("Say what the list is for. The purpose is kept as evidence.")


class UnknownTopic(Refusal):
    code = "delivery.unknown_topic"
    sentence = _("There is no such topic. Load the page again and choose one that is listed.")
    status = 422


class LinkExpired(Refusal):
    code = "delivery.link_expired"
    sentence = _("This link is no longer open: its time is over. What you can do now is on this page.")
    status = 410


class LinkIsRevoked(Refusal):
    code = "delivery.link_is_revoked"
    sentence = _("The bank has withdrawn this link. What you can do now is on this page.")
    status = 410


class TargetNotAllowed(Refusal):
    code = "delivery.target_not_allowed"
    sentence = _(
        "%(target)s is not an address that links may lead to: use https and one of the bank's own hosts"
        " (%(hosts)s), which an administrator sets."
    )
    status = 422


class RevocationReasonMissing(Refusal):
    code = "delivery.revocation_reason_missing"
    sentence = _("Say why the link is revoked, then revoke it again.")
    status = 422


class NoWayToSendACode(Refusal):
    code = "delivery.no_way_to_send_a_code"
    sentence = _(
        "We cannot send you a code now. Try again later, or change this at a branch or on our hotline."
    )
    status = 503


class CodesTooMany(Refusal):
    code = "delivery.codes_too_many"
    sentence = _("You have asked for several codes already. Wait %(wait)s and ask again.")
    status = 429


class CodeWrong(Refusal):
    code = "delivery.code_wrong"
    sentence = _(
        "This code is not right or no longer valid. Look at the latest message, or ask for a new code."
    )
    status = 422


class TicketInvalid(Refusal):
    code = "delivery.ticket_invalid"
    sentence = _("This way in is used up or has expired. Go back to the bank's app and open the page again.")
    status = 403


class NotRecognised(Refusal):
    code = "delivery.not_recognised"
    sentence = _("Your visit has ended. Ask for a new code to go on.")
    status = 403


class LogMonthMissing(Refusal):
    code = "delivery.log_month_missing"
    sentence = _(
        "The message log of %(month)s cannot be read: the file %(file)s is missing or incomplete in the lake."
        " Restore it from a copy, or ask for other months."
    )
    status = 503


class LogNeedsSubject(Refusal):
    code = "delivery.log_needs_subject"
    sentence = _(
        "Say whom or which campaign it is about: a customer's number or phone, or a campaign's number."
    )


class LogTooLong(Refusal):
    code = "delivery.log_too_long"
    sentence = _(
        "There are more than %(limit)s lines. Ask for a shorter period, one channel or one customer, and export again."
    )


class BlockReasonMissing(Refusal):
    code = "delivery.block_reason_missing"
    sentence = _("Say why this customer is not to be written to, and until when or without end.")


class BlockStands(Refusal):
    code = "delivery.block_stands"
    sentence = _(
        "This customer is blocked already, for at least as long or because of a complaint. Nothing was changed;"
        " lift the block on the suppression list first."
    )


class ProofUnreadable(Refusal):
    code = "delivery.proof_unreadable"
    sentence = _(
        "The proof is not a PDF, PNG or JPEG file of at most 5 MB. Scan it again and choose that file."
    )
