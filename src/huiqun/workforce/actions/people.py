"""Members of staff: add, edit, change roles."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff, StaffRole
from huiqun.lib.refusal import NotFound
from huiqun.workforce.actions.branches import locked_branch
from huiqun.workforce.events import BranchAdded, RolesChanged, StaffAdded, StaffEdited, StaffMoved
from huiqun.workforce.rules import BranchClosed, NameTaken, check_duties, check_not_oneself

HEAD_OFFICE = "总行"


@transaction.atomic
def add_staff(
    *,
    username: str,
    full_name: str,
    branch_id: int,
    roles: Collection[str],
    by: Staff,
    now: datetime,
    email: str = "",
    phone: str = "",
) -> int:
    """An account without a password, which its owner chooses by a sign-in link; the new id.
    :raises NotFound, BranchClosed, DutiesNotSeparate, NameTaken"""
    branch = _open_branch(branch_id, by)
    check_duties(roles)
    if Staff.objects.get_queryset().filter(username__iexact=username).exists():
        raise NameTaken(username=username)
    staff = Staff.objects.create_user(
        username, None, full_name=full_name, branch=branch, email=email, phone=phone
    )
    _set_roles(staff, roles)
    event = StaffAdded(staff_id=staff.pk, branch_id=branch.pk, roles=tuple(sorted(roles)))
    facts.record(event, at=now, by=by, branch_id=branch.pk)
    return int(staff.pk)


@transaction.atomic
def install_staff(
    *,
    username: str,
    full_name: str,
    branch_code: str,
    roles: Collection[str],
    password: str,
    now: datetime,
    head_office: str = HEAD_OFFICE,
    email: str = "",
    phone: str = "",
) -> int:
    """An account made on the server itself, by nobody who is signed in: the first administrator has nobody
    to make them, and the first branch becomes the head office, named so. The new id.
    :raises NotFound for an unknown branch, BranchClosed, DutiesNotSeparate, NameTaken"""
    check_duties(roles)
    if Staff.objects.get_queryset().filter(username__iexact=username).exists():
        raise NameTaken(username=username)
    branch = _installed_branch(branch_code, head_office, now)
    staff = Staff.objects.create_user(
        username, password, full_name=full_name, branch=branch, email=email, phone=phone
    )
    _set_roles(staff, roles)
    event = StaffAdded(staff_id=staff.pk, branch_id=branch.pk, roles=tuple(sorted(roles)))
    facts.record(event, at=now, branch_id=branch.pk)
    return int(staff.pk)


def _installed_branch(code: str, head_office: str, now: datetime) -> Branch:
    if not Branch.objects.exists():
        first: Branch = Branch.objects.create(code=code, name=head_office)
        event = BranchAdded(branch_id=first.pk, code=code, parent_id=None)
        facts.record(event, at=now, branch_id=first.pk)
        return first
    branch: Branch | None = Branch.objects.select_for_update().filter(code=code).first()
    if branch is None:
        raise NotFound
    if not branch.is_open:
        raise BranchClosed
    return branch


@transaction.atomic
def edit_staff(
    *, staff_id: int, full_name: str, email: str, phone: str, branch_id: int, by: Staff, now: datetime
) -> None:
    """Change the data of an account; moving to another branch changes what its owner sees.
    :raises NotFound, OwnAccount, BranchClosed"""
    staff = locked_staff(staff_id, by)
    check_not_oneself(staff_id=staff.pk, by_id=by.pk)
    wanted = {"full_name": full_name, "email": email, "phone": phone}
    changed = tuple(name for name, value in wanted.items() if getattr(staff, name) != value)
    if changed:
        Staff.objects.get_queryset().filter(pk=staff.pk).update(**wanted)
        facts.record(StaffEdited(staff_id=staff.pk, fields=changed), at=now, by=by, branch_id=staff.branch_id)
    if staff.branch_id != branch_id:
        _move(staff, _open_branch(branch_id, by), by, now)


def _move(staff: Staff, branch: Branch, by: Staff, now: datetime) -> None:
    event = StaffMoved(staff_id=staff.pk, from_id=staff.branch_id, to_id=branch.pk)
    Staff.objects.get_queryset().filter(pk=staff.pk).update(branch=branch)
    facts.record(event, at=now, by=by, branch_id=branch.pk)


@transaction.atomic
def change_roles(*, staff_id: int, roles: Collection[str], by: Staff, now: datetime) -> None:
    """:raises NotFound, OwnAccount, DutiesNotSeparate"""
    staff = locked_staff(staff_id, by)
    check_not_oneself(staff_id=staff.pk, by_id=by.pk)
    check_duties(roles)
    before, after = tuple(sorted(staff.role_set)), tuple(sorted(set(roles)))
    if before == after:
        return
    staff.roles.all().delete()
    _set_roles(staff, after)
    event = RolesChanged(staff_id=staff.pk, before=before, after=after)
    facts.record(event, at=now, by=by, branch_id=staff.branch_id)


def locked_staff(staff_id: int, by: Staff) -> Staff:
    """:raises NotFound"""
    visible = Staff.objects.visible_to(by).select_for_update(of=("self",))
    staff: Staff | None = visible.filter(pk=staff_id).first()
    if staff is None:
        raise NotFound
    return staff


def _open_branch(branch_id: int, by: Staff) -> Branch:
    branch = locked_branch(branch_id, by)
    if not branch.is_open:
        raise BranchClosed
    return branch


def _set_roles(staff: Staff, roles: Collection[str]) -> None:
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in sorted(set(roles)))
