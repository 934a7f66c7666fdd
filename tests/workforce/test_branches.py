"""Adding, renaming, moving and closing branches."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiqun.foundation.models import Branch
from huiqun.lib.refusal import NotFound
from huiqun.workforce import actions, queries
from huiqun.workforce.rules import BranchClosed, BranchInUse, BranchUnderItself, CodeTaken, OwnTopBranch
from tests.conftest import make_branch, make_staff

Kinds = Callable[[str, int], list[str]]


def test_adds_a_branch_below_another(
    administrator: Any, north: Any, now: datetime, kinds_about: Kinds
) -> None:
    branch_id = actions.add_branch(code="N1", name="城北一部", parent_id=north.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=branch_id).path == "HO.N.N1."
    assert kinds_about("branch", branch_id) == ["workforce.BranchAdded"]


def test_refuses_a_code_twice(administrator: Any, north: Any, now: datetime) -> None:
    with pytest.raises(CodeTaken):
        actions.add_branch(code="N", name="又一个", parent_id=north.pk, by=administrator, now=now)
    assert Branch.objects.count() == 2


def test_adds_nothing_below_a_closed_branch(administrator: Any, north: Any, now: datetime) -> None:
    Branch.objects.filter(pk=north.pk).update(is_open=False)
    with pytest.raises(BranchClosed):
        actions.add_branch(code="N1", name="城北一部", parent_id=north.pk, by=administrator, now=now)
    assert Branch.objects.count() == 2


def test_adds_nothing_outside_ones_own_branches(north_administrator: Any, south: Any, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.add_branch(code="S1", name="城南一部", parent_id=south.pk, by=north_administrator, now=now)
    assert not Branch.objects.filter(code="S1").exists()


def test_adds_nothing_when_the_last_step_fails(
    administrator: Any, north: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        actions.add_branch(code="N1", name="城北一部", parent_id=north.pk, by=administrator, now=now)
    assert not Branch.objects.filter(code="N1").exists()


def test_renames(administrator: Any, north: Any, now: datetime, kinds_about: Kinds) -> None:
    actions.rename_branch(branch_id=north.pk, name="北岸支行", by=administrator, now=now)
    actions.rename_branch(branch_id=north.pk, name="北岸支行", by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).name == "北岸支行"
    assert kinds_about("branch", north.pk) == ["workforce.BranchRenamed"]


def test_renames_nothing_when_the_last_step_fails(
    administrator: Any, north: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        actions.rename_branch(branch_id=north.pk, name="北岸支行", by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).name == "城北支行"


def test_moves_a_branch_with_all_below_it(
    administrator: Any, north: Any, south: Any, now: datetime, kinds_about: Kinds
) -> None:
    below = make_branch("N1", "城北一部", north)
    actions.move_branch(branch_id=north.pk, parent_id=south.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).path == "HO.S.N."
    assert Branch.objects.get(pk=below.pk).path == "HO.S.N.N1."
    assert kinds_about("branch", north.pk) == ["workforce.BranchMoved"]


def test_who_sees_a_branch_changes_with_the_move(
    administrator: Any, north: Any, south: Any, now: datetime
) -> None:
    southerner = make_staff("southerner", south, "marketer")
    assert [row.id for row in queries.branch_tree(staff=southerner)] == [south.pk]
    actions.move_branch(branch_id=north.pk, parent_id=south.pk, by=administrator, now=now)
    assert [row.id for row in queries.branch_tree(staff=southerner)] == [south.pk, north.pk]


def test_moves_no_branch_below_itself(administrator: Any, north: Any, now: datetime) -> None:
    below = make_branch("N1", "城北一部", north)
    with pytest.raises(BranchUnderItself):
        actions.move_branch(branch_id=north.pk, parent_id=below.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).path == "HO.N."


def test_nobody_moves_their_own_branch(
    administrator: Any, north_administrator: Any, north: Any, now: datetime
) -> None:
    below = make_branch("N1", "城北一部", north)
    with pytest.raises(OwnTopBranch):
        actions.move_branch(branch_id=north.pk, parent_id=below.pk, by=north_administrator, now=now)
    with pytest.raises(OwnTopBranch):
        actions.close_branch(branch_id=administrator.branch_id, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).parent_id == administrator.branch_id


def test_moves_nothing_when_the_last_step_fails(
    administrator: Any, north: Any, south: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        actions.move_branch(branch_id=north.pk, parent_id=south.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).path == "HO.N."


def test_closes_an_empty_branch_and_opens_it_again(
    administrator: Any, north: Any, now: datetime, kinds_about: Kinds
) -> None:
    actions.close_branch(branch_id=north.pk, by=administrator, now=now)
    assert not Branch.objects.get(pk=north.pk).is_open
    actions.reopen_branch(branch_id=north.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).is_open
    assert kinds_about("branch", north.pk) == ["workforce.BranchShut", "workforce.BranchReopened"]


def test_closes_no_branch_that_has_staff_or_branches(
    administrator: Any, marketer: Any, north: Any, now: datetime
) -> None:
    make_branch("N1", "城北一部", north)
    with pytest.raises(BranchInUse) as refused:
        actions.close_branch(branch_id=north.pk, by=administrator, now=now)
    assert refused.value.values == {"staff": 1, "branches": 1}
    assert Branch.objects.get(pk=north.pk).is_open


@pytest.mark.parametrize("is_open", [True, False])
def test_closes_or_opens_nothing_when_the_last_step_fails(
    administrator: Any, north: Any, now: datetime, failing_facts: type[Exception], is_open: bool
) -> None:
    Branch.objects.filter(pk=north.pk).update(is_open=is_open)
    action = actions.close_branch if is_open else actions.reopen_branch
    with pytest.raises(failing_facts):
        action(branch_id=north.pk, by=administrator, now=now)
    assert Branch.objects.get(pk=north.pk).is_open is is_open
