"""Who may come in where: members to their groups, staff to those of their branches."""

from typing import cast

from django.db.models import Q, QuerySet

from huiqun.communities.models import Group, Invitation, Membership, TeamMember
from huiqun.communities.rules.kinds import JoinedBy, Joining, MemberState
from huiqun.communities.rules.refusals import ByInvitation, GroupNotFound, NotTeam, NoWayIn
from huiqun.customers import queries as customers
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.foundation.scope import paths_above


def membership(*, group_id: int, customer_id: int) -> Membership:
    """The person's seat in a group, with the group. :raises GroupNotFound, also for those who are no members"""
    found = (
        Membership.objects.select_related("group__branch", "group__tally")
        .filter(group=group_id, customer=customer_id, state=MemberState.ACTIVE)
        .first()
    )
    if found is None:
        raise GroupNotFound()
    return cast(Membership, found)


def visible_group(*, group_id: int, staff: Staff) -> Group:
    """:raises GroupNotFound outside the person's branches"""
    found = (
        Group.objects.visible_to(staff)
        .select_related("branch", "tally", "created_by")
        .filter(pk=group_id)
        .first()
    )
    if found is None:
        raise GroupNotFound()
    return cast(Group, found)


def require_team(*, group: Group, staff: Staff) -> None:
    """Community operators of the branch and the group's own team. :raises NotTeam"""
    if staff.has_role(Role.OPERATOR) or TeamMember.objects.filter(group=group, staff=staff).exists():
        return
    raise NotTeam()


def may_enter(*, group: Group, customer_id: int, token: str, way: str) -> str:
    """How this person comes in. :raises ByInvitation, NoWayIn"""
    if Invitation.objects.filter(group=group, customer=customer_id).exists():
        return str(JoinedBy.INVITED)
    if group.joining == Joining.INVITED:
        raise ByInvitation()
    if token and token == group.token:
        found = way == JoinedBy.FOUND and open_to(customer_id).filter(pk=group.pk).exists()
        return str(JoinedBy.FOUND if found else JoinedBy.QR if way == JoinedBy.QR else JoinedBy.LINK)
    if token or group.joining == Joining.LINK or not open_to(customer_id).filter(pk=group.pk).exists():
        raise NoWayIn()
    return str(JoinedBy.FOUND)


def open_to(customer_id: int) -> QuerySet[Group]:
    """Groups that a customer may find: of the customer's branch and those above it."""
    path = customers.branch_path(customer_id=customer_id)
    return Group.objects.filter(
        Q(branch__path__in=paths_above(path)), joining=Joining.OPEN, closed_at__isnull=True
    )
