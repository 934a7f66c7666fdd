"""Why the points ledger says no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class AmountWrong(Refusal):
    code = "benefits.points_amount_wrong"
    sentence = _("A movement is of 1 to %(most)s points. Give another number.")


class ExpiryPassed(Refusal):
    code = "benefits.points_expiry_passed"
    sentence = _("Points that expire on %(day)s would be gone before they are given. Choose a later day.")


class NotEnoughPoints(Refusal):
    code = "benefits.points_not_enough"
    sentence = _("This takes %(points)s points, and there are %(balance)s. Choose something smaller.")


class SourceTaken(Refusal):
    code = "benefits.points_source_taken"
    sentence = _("Something else was booked under %(source)s. Look it up in the points ledger.")


class MovementNotFound(NotFound):
    code = "benefits.points_movement_not_found"
    sentence = _("There is no such movement of points, or its customer belongs to another branch.")


class NothingSpent(Refusal):
    code = "benefits.points_nothing_spent"
    sentence = _("Nothing was paid with points under %(source)s, so that nothing can be given back.")


class AdjustmentNotFound(NotFound):
    code = "benefits.points_adjustment_not_found"
    sentence = _("There is no such adjustment, or its customer belongs to another branch.")


class AdjustmentDecided(Refusal):
    code = "benefits.points_adjustment_decided"
    sentence = _("This adjustment has been decided. Ask for another one if it is wrong.")


class AdjustmentOwn(Refusal):
    code = "benefits.points_adjustment_own"
    sentence = _("Somebody else has to decide on what you asked for. Ask a colleague.")
    status = 403


class AdjustmentReasonMissing(Refusal):
    code = "benefits.points_reason_missing"
    sentence = _("Say why the points are adjusted, in five characters or more.")


class RuleNotFound(NotFound):
    code = "benefits.earning_rule_not_found"
    sentence = _("There is no such rule for earning points, or it belongs to another branch.")


class RuleWrong(Refusal):
    """``field`` names what to mend."""

    code = "benefits.earning_rule_wrong"
    field = ""
    sentence = _("The rule is incomplete. Mend the field that is marked.")


class RulePeriodWrong(RuleWrong):
    code = "benefits.earning_rule_period_wrong"
    field = "last_date"
    sentence = _("The last day comes before the first. Mend the dates.")


class RuleBackdated(RuleWrong):
    code = "benefits.earning_rule_backdated"
    field = "first_date"
    sentence = _("Points can be earned for the last %(days)s days at most. Choose a later first day.")


class RuleNumberWrong(RuleWrong):
    code = "benefits.earning_rule_number_wrong"
    sentence = _("Numbers must be whole and within the limits that are shown. Mend the field that is marked.")

    def __init__(self, *, field: str) -> None:
        super().__init__()
        self.field = field


class RuleCodesMissing(RuleWrong):
    code = "benefits.earning_rule_codes_missing"
    field = "codes"
    sentence = _("Say which kinds of transactions, products or events earn points, in small letters.")


class RuleFrozen(Refusal):
    code = "benefits.earning_rule_frozen"
    sentence = _("The rule is under review or in force and stands as it is. End it and write a new one.")


class RuleStateWrong(Refusal):
    code = "benefits.earning_rule_state_wrong"
    sentence = _("Somebody has changed the rule's state meanwhile. Load the page again.")


class RuleOwn(Refusal):
    code = "benefits.earning_rule_own"
    sentence = _("Whoever wrote or submitted a rule does not decide on it. Ask a colleague.")
    status = 403
