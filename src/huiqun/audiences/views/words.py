"""The words that the rule builder's script shows."""

from django.utils.translation import gettext as _


def builder_words() -> dict[str, str]:
    return {
        "all": _("All of these hold"),
        "any": _("At least one of these holds"),
        "none": _("None of these holds"),
        "match": _("Customers for whom"),
        "addCondition": _("Add a condition"),
        "addGroup": _("Add a group"),
        "remove": _("Remove"),
        "removeGroup": _("Remove this group"),
        "field": _("Field"),
        "comparison": _("Comparison"),
        "value": _("Value"),
        "and": _("to"),
        "days": _("days"),
        "yuan": _("yuan"),
        "yes": _("yes"),
        "no": _("no"),
        "any_value": _("any"),
        "choose": _("Choose"),
        "missing": _("Also those for whom it is unknown"),
        "several": _("Several, with a comma between"),
        "attribute": _("Name of the attribute"),
        "everybody": _("No condition yet: all customers."),
        "broken": _("The text below is not a rule that can be shown here. Correct it there."),
    }
