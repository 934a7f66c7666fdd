"""The branch tree: add, rename, move, close, open again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound
from huiqun.workforce.events import BranchAdded, BranchMoved, BranchRenamed, BranchReopened, BranchShut
from huiqun.workforce.rules import BranchClosed, CodeTaken, OwnTopBranch, check_closable, check_move


@transaction.atomic
def add_branch(*, code: str, name: str, parent_id: int, by: Staff, now: datetime) -> int:
    """A new branch below another; its id. :raises NotFound, BranchClosed, CodeTaken"""
    parent = locked_branch(parent_id, by)
    if not parent.is_open:
        raise BranchClosed
    if Branch.objects.filter(code=code).exists():
        raise CodeTaken(code=code)
    branch = Branch.objects.create(code=code, name=name, parent=parent)
    event = BranchAdded(branch_id=branch.pk, code=code, parent_id=parent.pk)
    facts.record(event, at=now, by=by, branch_id=branch.pk)
    return int(branch.pk)


@transaction.atomic
def rename_branch(*, branch_id: int, name: str, by: Staff, now: datetime) -> None:
    """:raises NotFound"""
    branch = locked_branch(branch_id, by)
    before = branch.name
    if before == name:
        return
    Branch.objects.filter(pk=branch.pk).update(name=name)
    facts.record(
        BranchRenamed(branch_id=branch.pk, before=before, after=name), at=now, by=by, branch_id=branch.pk
    )


@transaction.atomic
def move_branch(*, branch_id: int, parent_id: int, by: Staff, now: datetime) -> None:
    """Hang a branch and all below it elsewhere: from then on it is seen from there.
    :raises NotFound, OwnTopBranch, BranchUnderItself, BranchClosed"""
    # Two moves at once could make a ring; the whole tree is small, so all of it waits.
    list(Branch.objects.order_by("pk").select_for_update())
    branch, parent = visible_branch(branch_id, by), visible_branch(parent_id, by)
    _refuse_own(branch, by)
    check_move(path=branch.path, below=parent.path)
    if not parent.is_open:
        raise BranchClosed
    if branch.parent_id == parent.pk:
        return
    old, new, from_id = branch.path, f"{parent.path}{branch.code}.", branch.parent_id
    Branch.objects.filter(pk=branch.pk).update(parent=parent)
    Branch.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr(F("path"), len(old) + 1))
    )
    event = BranchMoved(branch_id=branch.pk, from_id=from_id, to_id=parent.pk)
    facts.record(event, at=now, by=by, branch_id=branch.pk)


@transaction.atomic
def close_branch(*, branch_id: int, by: Staff, now: datetime) -> None:
    """Nothing new begins at a closed branch; what was stays. :raises NotFound, OwnTopBranch, BranchInUse"""
    branch = locked_branch(branch_id, by)
    _refuse_own(branch, by)
    if not branch.is_open:
        return
    check_closable(
        staff=branch.staff.filter(is_active=True).count(),
        branches=branch.children.filter(is_open=True).count(),
    )
    Branch.objects.filter(pk=branch.pk).update(is_open=False)
    facts.record(BranchShut(branch_id=branch.pk), at=now, by=by, branch_id=branch.pk)


@transaction.atomic
def reopen_branch(*, branch_id: int, by: Staff, now: datetime) -> None:
    """:raises NotFound, BranchClosed when the branch above is closed"""
    branch = locked_branch(branch_id, by)
    if branch.is_open:
        return
    if branch.parent and not branch.parent.is_open:
        raise BranchClosed
    Branch.objects.filter(pk=branch.pk).update(is_open=True)
    facts.record(BranchReopened(branch_id=branch.pk), at=now, by=by, branch_id=branch.pk)


def visible_branch(branch_id: int, by: Staff) -> Branch:
    """:raises NotFound"""
    branch: Branch | None = Branch.objects.visible_to(by).filter(pk=branch_id).first()
    if branch is None:
        raise NotFound
    return branch


def locked_branch(branch_id: int, by: Staff) -> Branch:
    """:raises NotFound"""
    branch: Branch | None = Branch.objects.visible_to(by).select_for_update().filter(pk=branch_id).first()
    if branch is None:
        raise NotFound
    return branch


def _refuse_own(branch: Branch, by: Staff) -> None:
    """Nobody pulls their own branch from under another administrator's eyes."""
    if branch.pk == by.branch_id or branch.parent_id is None:
        raise OwnTopBranch
