"""Facts about branches and staff in words."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiqun.foundation.roles import Role
from huiqun.lib.event import words_of

register = template.Library()

SENTENCES = {
    "workforce.BranchAdded": gettext_noop("Branch added"),
    "workforce.BranchRenamed": gettext_noop("Renamed from %(before)s to %(after)s"),
    "workforce.BranchMoved": gettext_noop("Moved in the branch tree"),
    "workforce.BranchShut": gettext_noop("Branch closed"),
    "workforce.BranchReopened": gettext_noop("Branch opened again"),
    "workforce.StaffAdded": gettext_noop("Account made with the roles: %(roles)s"),
    "workforce.StaffEdited": gettext_noop("Data of the account changed"),
    "workforce.StaffMoved": gettext_noop("Moved to another branch"),
    "workforce.RolesChanged": gettext_noop("Roles changed from %(before)s to %(after)s"),
    "workforce.StaffDeactivated": gettext_noop("Account closed"),
    "workforce.StaffReactivated": gettext_noop("Account active again"),
    "workforce.SignInLockLifted": gettext_noop("Lock after wrong passwords lifted"),
    "workforce.SignInLinkIssued": gettext_noop("Sign-in link given out"),
    "workforce.SecondStepRemoved": gettext_noop("Second step taken off"),
}


@register.simple_tag
def fact_sentence(fact: Any) -> str:
    """What a fact says; one of another domain by its kind."""
    if fact.kind not in SENTENCES:
        return _(words_of(fact.kind) or fact.kind)
    return _(SENTENCES[fact.kind]) % {key: _shown(value) for key, value in fact.body.items()}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return _(", ").join(str(Role(code).label) for code in value) or _("none")
    return str(value)
