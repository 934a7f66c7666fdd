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
