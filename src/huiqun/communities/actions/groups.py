"""Making groups, changing and closing them, and who runs them."""

import secrets
from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, time
from typing import Any, cast

from django.db import IntegrityError, transaction

from huiqun.communities.events import (
    GroupCreated,
    GroupEnded,
    GroupLinkRenewed,
    GroupUpdated,
    TeamSet,
)
from huiqun.communities.models import Group, Membership, Tally, TeamMember
from huiqun.communities.rules.checks import GroupTerms, check_group
from huiqun.communities.rules.kinds import MemberState
from huiqun.communities.rules.refusals import (
    GroupChanged,
    GroupClosed,
    GroupFull,
    GroupNotFound,
    ReasonNeeded,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.refusal import NotFound


@transaction.atomic
def create_group(*, terms: GroupTerms, by: Staff, now: datetime) -> int:
    """Open a group for the person's branch and those below; its id. Whoever makes it leads it.

    :raises GroupIncomplete, NotFound for staff of no branch
    """
    check_group(terms)
    if by.branch_id is None:
        raise NotFound()
    group = Group(branch_id=by.branch_id, created_at=now, created_by=by, token=secrets.token_urlsafe(16))
    _take(group, terms)
    group.save()
    Tally.objects.create(group=group, size_limit=terms.size_limit)
    event = GroupCreated(group_id=group.pk, terms_digest=digest(_values(terms)))
    facts.record(event, at=now, by=by, branch_id=group.branch_id)
    _set(group, by, ("lead",), range(1, 8), time(8, 30), time(17, 30), by, now)
    return int(group.pk)


@transaction.atomic
def update_group(*, group_id: int, terms: GroupTerms, version: int, by: Staff, now: datetime) -> None:
    """Change what a group is for and allows. :raises GroupIncomplete, GroupChanged, GroupClosed, GroupFull"""
    check_group(terms)
    group = locked(group_id, by)
    if group.version != version:
        raise GroupChanged()
    before, after = _values(_terms(group)), _values(terms)
    changed = tuple(sorted(name for name in after if after[name] != before[name]))
    if not changed:
        return
    _take(group, terms)
    group.version += 1
    group.save()
    try:
        with transaction.atomic():
            Tally.objects.filter(pk=group_id).update(size_limit=terms.size_limit)
    except IntegrityError:
        raise GroupFull() from None
    event = GroupUpdated(group_id=group_id, changed=changed, terms_digest=digest(after))
    facts.record(event, at=now, by=by, branch_id=group.branch_id)


@transaction.atomic
def close_group(*, group_id: int, reason: str, by: Staff, now: datetime) -> None:
    """End a group: nothing new is taken, everybody is let go. :raises GroupClosed, ReasonNeeded"""
    group = locked(group_id, by)
    if not reason.strip():
        raise ReasonNeeded()
    tally = Tally.objects.select_for_update().get(pk=group_id)
    members = Membership.objects.filter(group=group, state=MemberState.ACTIVE)
    count = members.update(state=MemberState.LEFT, left_at=now)
    group.closed_at = now
    group.save(update_fields=("closed_at",))
    tally.members = 0
    tally.save(update_fields=("members",))
    event = GroupEnded(group_id=group_id, members=count, reason=reason.strip()[:200])
    facts.record(event, at=now, by=by, branch_id=group.branch_id)


@transaction.atomic
def renew_link(*, group_id: int, by: Staff, now: datetime) -> str:
    """Give the group a new link and QR code; the former lead nowhere from now on."""
    group = locked(group_id, by)
    group.token = secrets.token_urlsafe(16)
    group.save(update_fields=("token",))
    facts.record(GroupLinkRenewed(group_id=group_id), at=now, by=by, branch_id=group.branch_id)
    return str(group.token)


@transaction.atomic
def set_duties(
    *,
    group_id: int,
    staff_id: int,
    duties: Collection[str],
    weekdays: Collection[int],
    starts: time,
    ends: time,
    by: Staff,
    now: datetime,
) -> None:
    """Say what one person of the branch does in the group, and when; nothing takes them off the team.

    :raises GroupNotFound, NotFound for staff of other branches
    """
    group = locked(group_id, by)
    person = Staff.objects.visible_to(by).filter(pk=staff_id, is_active=True).first()
    if person is None:
        raise NotFound()
    _set(group, person, duties, weekdays, starts, ends, by, now)


def _set(
    group: Group,
    person: Staff,
    duties: Collection[str],
    weekdays: Collection[int],
    starts: time,
    ends: time,
    by: Staff,
    now: datetime,
) -> None:
    rows = TeamMember.objects.filter(group=group, staff=person)
    rows.delete()
    TeamMember.objects.bulk_create(
        TeamMember(
            group=group, staff=person, duty=duty, weekdays=sorted(set(weekdays)), starts=starts, ends=ends
        )
        for duty in sorted(set(duties))
    )
    event = TeamSet(group_id=group.pk, staff_id=person.pk, duties=tuple(sorted(set(duties))))
    facts.record(event, at=now, by=by, branch_id=group.branch_id)


def locked(group_id: int, by: Staff) -> Group:
    """The open group, within the person's branches, for change. :raises GroupNotFound, GroupClosed"""
    group = Group.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=group_id).first()
    if group is None:
        raise GroupNotFound()
    if not group.is_open:
        raise GroupClosed()
    return cast(Group, group)


def _take(group: Group, terms: GroupTerms) -> None:
    for name, value in _values(terms).items():
        setattr(group, name, value)


def _terms(group: Group) -> GroupTerms:
    return GroupTerms(**{field.name: getattr(group, field.name) for field in fields(GroupTerms)})


def _values(terms: GroupTerms) -> dict[str, Any]:
    values = {field.name: getattr(terms, field.name) for field in fields(GroupTerms)}
    return {
        name: list(value) if isinstance(value, (list, tuple)) else value for name, value in values.items()
    }
