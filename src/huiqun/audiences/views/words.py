"""The words that the rule builder's script shows."""

from django.utils.translation import gettext as _


def builder_words() -> dict[str, str]:
    return _tree_words() | _control_words() | _step_words()


def _tree_words() -> dict[str, str]:
    return {
        "all": _("All of these hold"),
        "any": _("At least one of these holds"),
        "none": _("None of these holds"),
        "match": _("Customers for whom"),
        "addCondition": _("Add a condition"),
        "addGroup": _("Add a group"),
        "remove": _("Remove"),
        "removeGroup": _("Remove this group"),
        "duplicate": _("Make a copy"),
        "wrap": _("Put into a group of its own"),
        "ungroup": _("Dissolve the group, keep its conditions"),
        "move": _("Move:"),
        "moveGroup": _("Move this group"),
        "everybody": _("No condition yet: all customers."),
        "emptyGroup": _("An empty group is left out."),
        "broken": _("The JSON is not a rule that can be shown here. Correct it there."),
    }


def _control_words() -> dict[str, str]:
    return {
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
        "attribute": _("Name of the attribute"),
        "whichAudience": _("Choose an audience"),
        "noAudience": _("You see no other audience yet. Save one first, then choose it here."),
        "addValue": _("Add a value"),
        "search": _("Type to search"),
        "nothingFound": _("Nothing found"),
        "asTyped": _("Not in the list: taken as typed"),
    }


def _step_words() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "redo": _("Redo"),
        "undone": _("Undone."),
        "redone": _("Redone."),
        "moved": _("Moved: %(place)s of %(of)s in “%(group)s”."),
        "cannotMove": _("It cannot be moved that way."),
        "removed": _("Removed. Undo brings it back."),
        "help": _("Drag by the dots, or focus them and use the arrow keys; Delete removes."),
    }
