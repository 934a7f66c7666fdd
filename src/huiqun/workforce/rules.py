"""Who may hold which roles together, and what may be done to a branch."""

from collections.abc import Collection

from huiqun.lib.refusal import NotYours, Refusal
from huiqun.lib.words import gettext_noop as _

ALONE = frozenset({"administrator", "auditor"})
"""Who decides on accounts, and who audits, does nothing else: each of them checks the others."""

MAKERS = frozenset({"marketer", "operator"})
"""Who writes what reviewers decide on."""

REVIEWERS = frozenset({"business_reviewer", "legal_reviewer", "compliance_reviewer"})


class DutiesNotSeparate(Refusal):
    code = "workforce.duties_not_separate"
    sentence = _(
        "These roles cannot be held by one person: administrators and auditors hold no other role, "
        "and who writes campaigns or posts does not review them. Take one of them off."
    )


class OwnAccount(NotYours):
    code = "workforce.own_account"
    sentence = _("Nobody changes their own roles, branch or account. Ask another administrator.")


class NameTaken(Refusal):
    code = "workforce.name_taken"
    sentence = _("The user name %(username)s is taken. Choose another.")


class CodeTaken(Refusal):
    code = "workforce.code_taken"
    sentence = _("The branch code %(code)s is taken. Choose another.")


class BranchClosed(Refusal):
    code = "workforce.branch_closed"
    sentence = _("This branch is closed. Choose an open one, or open it again first.")


class BranchInUse(Refusal):
    code = "workforce.branch_in_use"
    sentence = _(
        "%(staff)s active members of staff and %(branches)s open branches still belong to it. "
        "Move or close them first."
    )


class BranchUnderItself(Refusal):
    code = "workforce.branch_under_itself"
    sentence = _("A branch cannot be moved below itself. Choose a branch outside it.")


class OwnTopBranch(Refusal):
    code = "workforce.own_top_branch"
    sentence = _("You cannot move or close the branch that you belong to. Ask an administrator above it.")


class FourEyes(Refusal):
    code = "workforce.four_eyes"
    sentence = _(
        "Whoever gives out a sign-in link does not also take off the second step within two days: together "
        "they open the account. Ask another administrator."
    )


class NotActive(Refusal):
    code = "workforce.not_active"
    sentence = _("This account is not active. Activate it first.")


def check_duties(roles: Collection[str]) -> None:
    """:raises DutiesNotSeparate"""
    held = set(roles)
    if held & ALONE and len(held) > 1:
        raise DutiesNotSeparate
    if held & MAKERS and held & REVIEWERS:
        raise DutiesNotSeparate


def check_not_oneself(*, staff_id: int, by_id: int) -> None:
    """:raises OwnAccount"""
    if staff_id == by_id:
        raise OwnAccount


def check_closable(*, staff: int, branches: int) -> None:
    """:raises BranchInUse"""
    if staff or branches:
        raise BranchInUse(staff=staff, branches=branches)


def check_move(*, path: str, below: str) -> None:
    """``path`` is the branch's own, ``below`` its new parent's. :raises BranchUnderItself"""
    if below.startswith(path):
        raise BranchUnderItself


class BadApiKey(Refusal):
    code = "workforce.bad_api_key"
    sentence = _("A key needs a name, at least one scope, a number of calls, and an end in the future.")


class OwnKey(NotYours):
    code = "workforce.own_key"
    sentence = _("You made this key yourself. Another person must allow it.")
