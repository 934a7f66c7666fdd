import pytest

from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.workforce.rules import (
    BranchUnderItself,
    DutiesNotSeparate,
    OwnAccount,
    check_duties,
    check_move,
    check_not_oneself,
)


@pytest.mark.parametrize("other", [role for role in Role if role != Role.ADMINISTRATOR])
def test_an_administrator_holds_no_other_role(other: Role) -> None:
    with pytest.raises(DutiesNotSeparate):
        check_duties([Role.ADMINISTRATOR, other])


@pytest.mark.parametrize("other", [role for role in Role if role != Role.AUDITOR])
def test_an_auditor_holds_no_other_role(other: Role) -> None:
    with pytest.raises(DutiesNotSeparate):
        check_duties([Role.AUDITOR, other])


@pytest.mark.parametrize("maker", [Role.MARKETER, Role.OPERATOR])
@pytest.mark.parametrize("reviewer", REVIEWERS)
def test_who_writes_does_not_review(maker: Role, reviewer: Role) -> None:
    with pytest.raises(DutiesNotSeparate):
        check_duties([maker, reviewer])


@pytest.mark.parametrize("roles", [[], [Role.ADMINISTRATOR], [Role.MARKETER, Role.ANALYST], list(REVIEWERS)])
def test_other_roles_go_together(roles: list[Role]) -> None:
    check_duties(roles)


def test_nobody_changes_their_own_account() -> None:
    with pytest.raises(OwnAccount):
        check_not_oneself(staff_id=7, by_id=7)


@pytest.mark.parametrize("below", ["HO.N.", "HO.N.N1."])
def test_a_branch_is_not_moved_below_itself(below: str) -> None:
    with pytest.raises(BranchUnderItself):
        check_move(path="HO.N.", below=below)


def test_a_code_that_begins_like_the_branch_is_another_branch() -> None:
    check_move(path="HO.N.", below="HO.N2.")
