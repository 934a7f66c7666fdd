"""Why partners' matters are refused, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class PartnerRefusal(Refusal):
    """``field`` is where a form shows it."""

    field = ""


class PartnerNotFound(NotFound):
    code = "partners.not_found"
    sentence = _("There is no such partner, or it belongs to another branch.")


class CreditCodeWrong(PartnerRefusal):
    code = "partners.credit_code_wrong"
    field = "credit_code"
    sentence = _("This is no unified social credit code: its check digit does not fit. Copy it again.")


class CreditCodeTaken(PartnerRefusal):
    code = "partners.credit_code_taken"
    field = "credit_code"
    sentence = _("A partner with this credit code is registered already. Look it up by the code.")


class PartnerIncomplete(PartnerRefusal):
    code = "partners.incomplete"
    sentence = _("A partner needs a name and a kind. Fill in what is missing.")


class PartnerNotActive(Refusal):
    code = "partners.not_active"
    sentence = _("This partner is suspended or has left. Take it up again first, or choose another.")


class ReasonNeeded(PartnerRefusal):
    code = "partners.reason_needed"
    field = "reason"
    sentence = _("Say why: the reason is kept.")


class StateWrong(Refusal):
    code = "partners.state_wrong"
    sentence = _("Somebody has changed this meanwhile. Load the page again and look.")


class ContactIncomplete(PartnerRefusal):
    code = "partners.contact_incomplete"
    sentence = _("A contact needs a name, and a telephone number or mail address.")


class ContractIncomplete(PartnerRefusal):
    code = "partners.contract_incomplete"
    sentence = _("A contract needs a number, kinds of benefits, and the account that is paid to.")


class ContractDatesWrong(PartnerRefusal):
    code = "partners.contract_dates_wrong"
    field = "last_date"
    sentence = _("A contract ends after it begins. Mend the dates.")


class ContractShareWrong(PartnerRefusal):
    code = "partners.contract_share_wrong"
    field = "bank_share"
    sentence = _("The bank's share lies between 0 and 100 percent. The partner bears the rest.")


class ContractNumberTaken(PartnerRefusal):
    code = "partners.contract_number_taken"
    field = "number"
    sentence = _("A contract with this number is registered already.")


class ContractNotDraft(Refusal):
    code = "partners.contract_not_draft"
    sentence = _("Only a draft can be changed. End this contract and draw up a new one.")


class ContractUnseen(Refusal):
    code = "partners.contract_unseen"
    sentence = _(
        "The contract was changed after you opened the page. Read it again before you put it in force."
    )


class OwnContract(Refusal):
    code = "partners.own_contract"
    sentence = _("Whoever drew up a contract does not put it in force. Ask a second person.")
    status = 403


class PaperMissing(Refusal):
    code = "partners.paper_missing"
    sentence = _("The signed contract is not on file. Add its scan first.")


class PaperUnreadable(PartnerRefusal):
    code = "partners.paper_unreadable"
    field = "file"
    sentence = _("A scan is a PDF, PNG or JPEG of at most 5 MB. Choose such a file.")


class ContractOverlaps(Refusal):
    code = "partners.contract_overlaps"
    sentence = _(
        "Contract %(number)s covers the same kinds of benefits at the same time. End it, or change the dates."
    )


class NoContract(Refusal):
    code = "partners.no_contract"
    sentence = _(
        "%(partner)s has no contract in force for this kind of benefit from %(first)s to %(last)s."
        " Draw one up or renew it, or name no partner."
    )


class ContractShareDiffers(Refusal):
    code = "partners.contract_share_differs"
    sentence = _(
        "By contract %(number)s the bank bears %(share)s percent. Enter this share, or name no partner."
    )


class ClerkIncomplete(PartnerRefusal):
    code = "partners.clerk_incomplete"
    sentence = _(
        "A clerk needs a shop, a name, and a login of 4 to 40 small letters, digits, dots or hyphens."
    )


class LoginTaken(PartnerRefusal):
    code = "partners.login_taken"
    field = "login"
    sentence = _("This login is in use. Choose another one.")


class SignInWrong(Refusal):
    code = "partners.sign_in_wrong"
    sentence = _(
        "Login or password is wrong. After five wrong passwords a login rests for a quarter of an hour."
        " If it goes on, ask the bank for a new first password."
    )
    status = 403


class PasswordWeak(PartnerRefusal):
    code = "partners.password_weak"
    field = "password"
    sentence = _(
        "A password needs ten characters or more, is no common word, and is not the first one again."
    )


class ClerkGone(Refusal):
    code = "partners.clerk_gone"
    sentence = _("This access has ended. Nothing was recorded. Ask the bank if that is a mistake.")
    status = 403


class KeyNotBound(Refusal):
    code = "partners.key_not_bound"
    sentence = _("This key belongs to no partner. The bank binds it on the partner's page.")
    status = 403


class KeyBoundElsewhere(Refusal):
    code = "partners.key_bound_elsewhere"
    sentence = _("This key is bound to a partner already. Make a new one for each partner.")


class KeyOpensMore(Refusal):
    code = "partners.key_opens_more"
    sentence = _(
        "A partner's key opens using and uploading of benefits and nothing else. Make such a key first."
    )
