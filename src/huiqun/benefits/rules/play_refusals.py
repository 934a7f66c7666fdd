"""Why quests, draws, games and conditions say no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class PlayNotFound(NotFound):
    code = "benefits.play_not_found"
    sentence = _("There is no such activity, or it is not for your branch.")


class PlayIncomplete(Refusal):
    code = "benefits.play_incomplete"
    sentence = _("Give a name, the rules in words, and an end after the start.")


class PlayOpened(Refusal):
    code = "benefits.play_opened"
    sentence = _("It is open to customers, so that its rules stand. Plan a new one instead.")


class PlayNotReady(Refusal):
    code = "benefits.play_not_ready"
    sentence = _("Something is missing before it can be opened: %(missing)s. Add it first.")


class OwnWork(Refusal):
    code = "benefits.own_work"
    sentence = _("Somebody other than its author has to do this. Ask a colleague.")
    status = 403


class PlayNotOpen(Refusal):
    code = "benefits.play_not_open"
    sentence = _("You can take part from %(start)s to %(end)s. Come back then.")


class Unlawful(Refusal):
    code = "benefits.unlawful"
    sentence = _("The rulebook does not allow this: %(findings)s Change the plan.")


class PrizeNotFixed(Refusal):
    code = "benefits.prize_not_fixed"
    sentence = _(
        "“%(name)s” cannot be given here: its terms must be frozen, it must be given when something was reached or"
        " won, enough pieces must be left, and it must be open for all the time. Choose or change the benefit."
    )


class PrizeMissing(Refusal):
    code = "benefits.prize_missing"
    sentence = _("A draw needs a prize with a chance. Add one.")


class ChancesWrong(Refusal):
    code = "benefits.chances_wrong"
    sentence = _(
        "Chances must be more than nothing and 100%% at most together; these are %(total)s. Change them."
    )


class TicketNotFound(NotFound):
    code = "benefits.ticket_not_found"
    sentence = _("There is no such ticket of yours.")


class NoTicket(Refusal):
    code = "benefits.no_ticket"
    sentence = _("You have no ticket left. The rules say how to get one.")


class DrawNotOver(Refusal):
    code = "benefits.draw_not_over"
    sentence = _("The seed stays secret until the draw ends at %(end)s. Come back then.")


class SeedDamaged(Refusal):
    code = "benefits.seed_damaged"
    sentence = _("The kept seed does not fit the published digest. Nothing is drawn: call the administrator.")
    status = 503


class NotTakingPart(Refusal):
    code = "benefits.not_taking_part"
    sentence = _("You are not taking part yet. Tap “Take part” first.")


class TooFewTokens(Refusal):
    code = "benefits.too_few_tokens"
    sentence = _("This takes %(price)s %(token)s and you have %(balance)s. Do another step first.")


class StepWrong(Refusal):
    code = "benefits.step_wrong"
    sentence = _(
        "This step is not complete: give what has to be done and how often. Fill in what is missing."
    )


class AnsweredAlready(Refusal):
    code = "benefits.answered_already"
    sentence = _("You have answered this question already; the first answer counts.")


class AnswerEmpty(Refusal):
    code = "benefits.answer_empty"
    sentence = _("Choose or write an answer of at most 100 characters.")


class QuestionWrong(Refusal):
    code = "benefits.question_wrong"
    sentence = _(
        "A question needs words, and an answer that is right; a prediction needs at least two choices instead."
        " Fill in what is missing."
    )


class ResultTooEarly(Refusal):
    code = "benefits.result_too_early"
    sentence = _("Guesses may be given until %(end)s. Enter the result after that.")


class ResultWrong(Refusal):
    code = "benefits.result_wrong"
    sentence = _("Choose one of the choices as the result, and say where it was published.")


class ResultSettled(Refusal):
    code = "benefits.result_settled"
    sentence = _("This result is confirmed and prizes go by it. Nothing can be changed any more.")


class ResultMissing(Refusal):
    code = "benefits.result_missing"
    sentence = _("Nobody has entered a result yet, or it has changed meanwhile. Look at the page again.")


class ConditionsWrong(Refusal):
    code = "benefits.conditions_wrong"
    sentence = _("The condition cannot be read: %(problem)s Change it.")


class ConditionsNotMet(Refusal):
    code = "benefits.conditions_not_met"
    sentence = _("Not unlocked yet: %(missing)s. The page “To unlock” shows how far you are.")
