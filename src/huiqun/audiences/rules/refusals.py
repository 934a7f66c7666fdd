"""Why a rule is refused: each says where in the tree, and what to do."""

from typing import Any

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _


class RuleInvalid(Refusal):
    """``path`` is the place in the tree, like ``rule.all[0].value``."""

    code = "audiences.rule_invalid"
    sentence = _("This rule cannot be read (at %(path)s).")
    status = 422

    def __init__(self, *, path: str, **values: Any) -> None:
        super().__init__(path=path, **values)
        self.path = path
        self.offset: int | None = None
        """Where it stands in text that was typed, counted from 0; ``line`` and ``column`` count from 1."""
        self.line: int | None = None
        self.column: int | None = None


class NotJson(RuleInvalid):
    code = "audiences.not_json"
    sentence = _("The rule is not valid JSON: line %(line)s, column %(column)s.")


class NotANode(RuleInvalid):
    code = "audiences.not_a_node"
    sentence = _("At %(path)s there has to be a group (all, any, not) or a condition with a field.")


class UnknownKey(RuleInvalid):
    code = "audiences.unknown_key"
    sentence = _("At %(path)s there is an entry that a rule does not have: %(key)s.")


class EmptyGroup(RuleInvalid):
    code = "audiences.empty_group"
    sentence = _("The group at %(path)s is empty. Add a condition or remove the group.")


class TooDeep(RuleInvalid):
    code = "audiences.too_deep"
    sentence = _("At %(path)s groups are nested more than %(limit)s deep. Make it flatter.")


class TooLong(RuleInvalid):
    code = "audiences.too_long"
    sentence = _("The rule has more than %(limit)s conditions. Save parts of it as audiences of their own.")


class UnknownField(RuleInvalid):
    code = "audiences.unknown_field"
    sentence = _("At %(path)s: there is no field called %(field)s.")


class MemberMissing(UnknownField):
    sentence = _("At %(path)s: choose which one is meant by %(family)s.")


class UnknownFieldAlike(UnknownField):
    sentence = _("At %(path)s: there is no field called %(field)s. Did you mean %(near)s?")


class UnknownOperator(RuleInvalid):
    code = "audiences.unknown_operator"
    sentence = _("At %(path)s: %(field)s cannot be compared by %(operator)s. Use one of: %(allowed)s.")


class ValueMissing(RuleInvalid):
    code = "audiences.value_missing"
    sentence = _("At %(path)s: a value is missing.")


class ValueUnwanted(RuleInvalid):
    code = "audiences.value_unwanted"
    sentence = _("At %(path)s: this comparison takes no value.")


class NotANumber(RuleInvalid):
    code = "audiences.not_a_number"
    sentence = _("At %(path)s: %(value)s is not a number.")


class NotAWholeNumber(RuleInvalid):
    code = "audiences.not_a_whole_number"
    sentence = _("At %(path)s: %(value)s is not a whole number from %(low)s to %(high)s.")


class NotAnAmount(RuleInvalid):
    code = "audiences.not_an_amount"
    sentence = _("At %(path)s: %(value)s is not an amount in yuan with at most two decimals.")


class NotADay(RuleInvalid):
    code = "audiences.not_a_day"
    sentence = _("At %(path)s: %(value)s is not a day like 2026-11-20.")


class NotAChoice(RuleInvalid):
    code = "audiences.not_a_choice"
    sentence = _("At %(path)s: %(value)s is not one of: %(allowed)s.")


class NotAChoiceAlike(NotAChoice):
    sentence = _("At %(path)s: %(value)s is not one of the known values. Did you mean %(near)s?")


class NotText(RuleInvalid):
    code = "audiences.not_text"
    sentence = _("At %(path)s there has to be text of 1 to %(limit)s characters.")


class NotAFlag(RuleInvalid):
    code = "audiences.not_a_flag"
    sentence = _("At %(path)s there has to be true or false.")


class NotAList(RuleInvalid):
    code = "audiences.not_a_list"
    sentence = _("At %(path)s there has to be a list of 1 to %(limit)s values.")


class NotARange(RuleInvalid):
    code = "audiences.not_a_range"
    sentence = _("At %(path)s there have to be two values, the smaller one first.")


class ParameterMissing(RuleInvalid):
    code = "audiences.parameter_missing"
    sentence = _("At %(path)s: %(field)s needs %(parameter)s.")
