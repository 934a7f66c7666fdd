"""Why settlements and redemptions say no, and what to do next."""

from enum import StrEnum

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class SettlementState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    DISPUTED = "disputed"
    AGREED = "agreed"
    SETTLED = "settled"


class SettlementNotFound(NotFound):
    code = "benefits.settlement_not_found"
    sentence = _("There is no such settlement, or it is not yours to see.")


class NotAMonth(Refusal):
    code = "benefits.not_a_month"
    sentence = _("Write the month as year and month, such as 2026-10.")
    status = 422


class MonthNotOver(Refusal):
    code = "benefits.month_not_over"
    sentence = _("This month is not over yet. It is settled once it is.")


class LaterMonthDrawn(Refusal):
    code = "benefits.later_month_drawn"
    sentence = _("A later month has been drawn up; it holds what was open of this one. Look there.")


class SettlementStepWrong(Refusal):
    code = "benefits.settlement_step_wrong"
    sentence = _("The settlement is at another step by now. Load the page again.")


class SettlementUnseen(Refusal):
    code = "benefits.settlement_unseen"
    sentence = _("The page showed another file than is kept. Load it again and compare.")


class SettlementAltered(Refusal):
    code = "benefits.settlement_altered"
    sentence = _("The lines no longer fit the digest of this file. Nothing is paid; tell the auditor.")


class OwnSettlement(Refusal):
    code = "benefits.own_settlement"
    sentence = _("You took an earlier step of this yourself. Ask a second person.")
    status = 403


class ReferenceMissing(Refusal):
    code = "benefits.payment_reference_missing"
    sentence = _("Give the number of the payment, by which it is found in the bank's books.")
    status = 422


class DisputeIncomplete(Refusal):
    code = "benefits.dispute_incomplete"
    sentence = _("Say which line is disputed and why.")
    status = 422


class DisputeClosed(Refusal):
    code = "benefits.dispute_closed"
    sentence = _("This line is disputed or decided already. Look at the answer beside it.")


class AmountWrong(Refusal):
    code = "benefits.amount_wrong"
    sentence = _("Give the right value of the piece in yuan, from 0 to its full value.")
    status = 422


class UseKeyTaken(Refusal):
    code = "benefits.use_key_taken"
    sentence = _("This confirmation was made for another piece. Open the piece again and confirm it anew.")


class UseKeyMissing(Refusal):
    code = "benefits.use_key_missing"
    sentence = _("The page was not whole. Open the piece again and confirm it anew.")
    status = 422


class ClockOff(Refusal):
    code = "benefits.clock_off"
    sentence = _(
        "Your clock differs from ours by more than %(minutes)s minutes; here it is %(now)s. Set it and call again."
    )
    status = 422
