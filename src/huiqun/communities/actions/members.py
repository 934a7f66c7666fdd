"""Joining with consent, leaving by one tap, and reading."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from huiqun.audiences import queries as audiences
from huiqun.communities.actions.groups import locked
from huiqun.communities.actions.noting import note
from huiqun.communities.actions.pacing import spend
from huiqun.communities.events import CustomersInvited, MemberJoined, MemberLeft
from huiqun.communities.models import Group, Invitation, Membership, Tally, TopicFollow
from huiqun.communities.queries.doors import may_enter
from huiqun.communities.rules.cleaning import checked_nickname
from huiqun.communities.rules.kinds import JoinedBy, MemberState, NoteKind
from huiqun.communities.rules.refusals import (
    ConsentMissing,
    GroupClosed,
    GroupFull,
    GroupNotFound,
    NoConsentText,
    WasExpelled,
)
from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel, Purpose

SEATS = 7_340_051
"""Space of the advisory locks of joining and leaving."""


@transaction.atomic
def join_group(
    *,
    group_id: int,
    customer_id: int,
    nickname: str,
    agreed_text: int | None,
    token: str = "",
    way: str = JoinedBy.LINK,
    now: datetime,
) -> bool:
    """Make a customer a member, once; False when they are one already. ``agreed_text`` is the consent text that the
    page showed and the customer agreed to; none is needed by whoever has agreed before.

    :raises GroupClosed, ByInvitation, NoWayIn, NicknameRefused, ConsentMissing, WasExpelled, GroupFull, TooFast
    """
    group = Group.objects.filter(pk=group_id).first()
    if group is None:
        raise GroupNotFound()
    if not group.is_open:
        raise GroupClosed()
    joined_by = may_enter(group=group, customer_id=customer_id, token=token, way=way)
    name = checked_nickname(nickname)
    _one_at_a_time(customer_id)
    spend(customer_id=customer_id, what="join", now=now)
    version = _consented(customer_id, agreed_text, now)
    member = _member(group_id, customer_id, joined_by, now)
    if member is None:
        return False
    head = _take_seat(group_id)
    Membership.objects.filter(pk=member).update(nickname=name, since=head, read=head)
    Invitation.objects.filter(group=group, customer_id=customer_id).update(answered_at=now)
    if group.welcome:
        note(customer_id=customer_id, kind=NoteKind.WELCOME, group_id=group_id, words=group.welcome, now=now)
    event = MemberJoined(
        group_id=group_id, customer_id=customer_id, joined_by=joined_by, consent_version=version
    )
    facts.record(event, at=now, branch_id=group.branch_id)
    return True


def _consented(customer_id: int, agreed_text: int | None, now: datetime) -> str:
    """The version agreed to, now or before. :raises ConsentMissing, NoConsentText, ConsentTextOutdated"""
    choice = customer_queries.consent_choice(
        customer_id=customer_id, channel=Channel.COMMUNITY, purpose=Purpose.TAKING_PART
    )
    if choice is None:
        raise NoConsentText()
    if agreed_text is not None:
        customers.give_consent_on_phone(customer_id=customer_id, text_id=agreed_text, now=now)
    if not customer_queries.lock_consents(
        customer_ids=[customer_id], channel=Channel.COMMUNITY, purpose=Purpose.TAKING_PART
    ):
        raise ConsentMissing()
    return choice.version


_JOIN = """
INSERT INTO communities_membership
 (group_id, customer_id, state, joined_by, joined_at, since, read, warnings)
VALUES (%(group)s, %(customer)s, 'active', %(way)s, %(now)s, 0, 0, 0)
ON CONFLICT (group_id, customer_id) DO UPDATE
 SET state = 'active', joined_by = %(way)s, joined_at = %(now)s, left_at = NULL
WHERE communities_membership.state = 'left' RETURNING id
"""


def _member(group_id: int, customer_id: int, way: str, now: datetime) -> int | None:
    """The new membership; None for a member. Two taps at once: the second finds the first. :raises WasExpelled"""
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"group": group_id, "customer": customer_id, "way": way, "now": now})
        row = cursor.fetchone()
    if row:
        return int(row[0])
    state = Membership.objects.values_list("state", flat=True).get(group=group_id, customer=customer_id)
    if state == MemberState.REMOVED:
        raise WasExpelled()
    return None


def _take_seat(group_id: int) -> int:
    """One of the group's seats, by one statement; the number of its latest post. :raises GroupFull"""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE communities_tally t SET members = members + 1 FROM communities_group g"
            " WHERE t.group_id = %s AND g.id = t.group_id AND g.closed_at IS NULL AND members < t.size_limit"
            " RETURNING head",
            [group_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise GroupFull()
    return int(row[0])


@transaction.atomic
def leave_group(*, group_id: int, customer_id: int, now: datetime, because: str = "left") -> bool:
    """One tap; False when they had left already. Who leaves the last group takes back the consent, too."""
    _one_at_a_time(customer_id)
    left = _let_go(customer_id, [group_id], because, now)
    if left and not Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE).exists():
        customers.withdraw_consent(
            customer_id=customer_id,
            channel=Channel.COMMUNITY,
            purpose=Purpose.TAKING_PART,
            source="phone",
            now=now,
        )
    return bool(left)


@transaction.atomic
def leave_all_groups(*, customer_id: int, now: datetime) -> int:
    """What follows from a consent taken back elsewhere; how many groups were left. Safe to repeat."""
    _one_at_a_time(customer_id)
    agreed = customer_queries.lock_consents(
        customer_ids=[customer_id], channel=Channel.COMMUNITY, purpose=Purpose.TAKING_PART
    )
    if agreed:
        return 0
    groups = Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE)
    return _let_go(customer_id, sorted(groups.values_list("group_id", flat=True)), "consent", now)


def _one_at_a_time(customer_id: int) -> None:
    """Joining takes the consent before the seat, leaving the seat before the consent: one person's wait here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEATS, customer_id % 2**31])


def _let_go(customer_id: int, groups: Sequence[int], because: str, now: datetime) -> int:
    count = 0
    for group_id in groups:
        rows = Membership.objects.filter(group=group_id, customer=customer_id, state=MemberState.ACTIVE)
        if not rows.update(state=MemberState.LEFT, left_at=now, nickname=None):
            continue
        Tally.objects.filter(pk=group_id).update(members=F("members") - 1)
        event = MemberLeft(group_id=group_id, customer_id=customer_id, because=because)
        branch = Group.objects.values_list("branch_id", flat=True).get(pk=group_id)
        facts.record(event, at=now, branch_id=branch)
        count += 1
    return count


@transaction.atomic
def invite_customer(*, group_id: int, number: str, by: Staff, now: datetime) -> bool:
    """Ask one customer of the person's branches to join, by the bank's number; False when that was done before.

    :raises GroupNotFound, GroupClosed, NotFound
    """
    group = locked(group_id, by)
    customer_id = customer_queries.visible_id(number=number, staff=by)
    return bool(_invite(group, [customer_id], "staff", by, now))


@transaction.atomic
def invite_audience(*, group_id: int, snapshot_id: int, by: Staff, now: datetime) -> int:
    """Ask everybody of a snapshot, whom the person sees and who is no member yet, to join; how many were asked."""
    group = locked(group_id, by)
    taken = audiences.snapshot(snapshot_id, staff=by)
    ids = [
        customer_id
        for batch in audiences.snapshot_batches(snapshot_id)
        for customer_id in batch.column("customer_id").to_pylist()
    ]
    return _invite(group, ids, f"audience:{taken.audience_id}", by, now)


_INVITE = """
INSERT INTO communities_invitation (group_id, customer_id, invited_at)
SELECT %(group)s, c.id, %(now)s FROM customers_customer c JOIN foundation_branch b ON b.id = c.branch_id
WHERE c.id = ANY(%(ids)s) AND c.merged_into_id IS NULL AND starts_with(b.path, %(path)s)
  AND NOT EXISTS (SELECT FROM communities_membership m
                  WHERE m.group_id = %(group)s AND m.customer_id = c.id AND m.state <> 'left')
ORDER BY c.id ON CONFLICT (group_id, customer_id) DO NOTHING
"""


def _invite(group: Group, ids: Iterable[int], source: str, by: Staff, now: datetime) -> int:
    path = by.branch.path if by.branch else "-"
    with connection.cursor() as cursor:
        cursor.execute(_INVITE, {"group": group.pk, "now": now, "ids": list(ids), "path": path})
        count = cursor.rowcount
    if count:
        event = CustomersInvited(group_id=group.pk, source=source, count=count)
        facts.record(event, at=now, by=by, branch_id=group.branch_id)
    return int(count)


@transaction.atomic
def decline_invitation(*, group_id: int, customer_id: int, now: datetime) -> None:
    Invitation.objects.filter(group=group_id, customer=customer_id).update(answered_at=now)


@transaction.atomic
def mark_read(*, group_id: int, customer_id: int, number: int) -> None:
    """The person has seen the group's posts up to this number; it never goes back."""
    rows = Membership.objects.filter(group=group_id, customer=customer_id, state=MemberState.ACTIVE)
    rows.filter(read__lt=number).update(read=number)


@transaction.atomic
def follow_topic(*, customer_id: int, topic: str, wanted: bool) -> None:
    if wanted:
        TopicFollow.objects.get_or_create(customer_id=customer_id, topic=topic[:20])
    else:
        TopicFollow.objects.filter(customer_id=customer_id, topic=topic[:20]).delete()
