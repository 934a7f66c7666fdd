"""Joining with consent, leaving by one tap, seats, invitations."""

import pytest

from huiqun.communities import actions
from huiqun.communities.models import Group, Invitation, Membership, Tally
from huiqun.communities.rules.refusals import (
    ByInvitation,
    ConsentMissing,
    GroupFull,
    NicknameRefused,
    NoWayIn,
    WasExpelled,
)
from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from tests.makers.communities import THEN, make_group, make_member
from tests.makers.customers import make_consent_text, make_customer


def join(group, customer, **over):
    values = {"nickname": "爱记账的老李", "agreed_text": None, "token": "", "now": THEN}
    return actions.join_group(group_id=group.pk, customer_id=customer.pk, **(values | over))


def text():
    return make_consent_text(channel="community", purpose="taking_part").pk


def members(group):
    return Tally.objects.get(pk=group.pk).members


def test_joins_once_with_consent_however_often_it_is_tapped(north):
    group, customer = make_group(branch=north), make_customer(branch=north)
    assert join(group, customer, agreed_text=text())
    assert not join(group, customer, agreed_text=text())
    assert members(group) == 1
    assert Fact.objects.filter(kind="communities.MemberJoined").count() == 1
    consents = customer_queries.consents_of(customer_id=customer.pk)
    assert [(each.channel, each.purpose, each.state) for each in consents] == [
        ("community", "taking_part", "given")
    ]


def test_nobody_joins_without_consent(north):
    group, customer = make_group(branch=north), make_customer(branch=north)
    text()
    with pytest.raises(ConsentMissing):
        join(group, customer)
    assert members(group) == 0 and not Membership.objects.exists()


def test_a_customer_of_another_branch_comes_in_by_link_only(north, south):
    group, customer = make_group(branch=north), make_customer(branch=south)
    with pytest.raises(NoWayIn):
        join(group, customer, agreed_text=text())
    assert join(group, customer, agreed_text=text(), token=group.token, way="qr")
    assert Membership.objects.get().joined_by == "qr"


def test_an_old_link_leads_nowhere(north, head_office):
    group, customer = make_group(branch=north, joining="link"), make_customer(branch=north)
    old = group.token
    new = actions.renew_link(group_id=group.pk, by=group.created_by, now=THEN)
    with pytest.raises(NoWayIn):
        join(group, customer, agreed_text=text(), token=old)
    assert join(group, customer, agreed_text=text(), token=new)


def test_a_group_by_invitation_takes_the_invited_only(north):
    group, customer = make_group(branch=north, joining="invited"), make_customer(branch=north)
    with pytest.raises(ByInvitation):
        join(group, customer, agreed_text=text(), token=group.token)
    assert actions.invite_customer(group_id=group.pk, number=customer.number, by=group.created_by, now=THEN)
    assert not actions.invite_customer(
        group_id=group.pk, number=customer.number, by=group.created_by, now=THEN
    )
    assert join(group, customer, agreed_text=text())
    assert Invitation.objects.get().answered_at == THEN


def test_a_full_group_takes_nobody_more(north):
    group = make_group(branch=north, size_limit=2)
    make_member(group=group), make_member(group=group)
    late = make_customer(branch=north)
    with pytest.raises(GroupFull):
        join(group, late, agreed_text=text())
    assert members(group) == 2 and not Membership.objects.filter(customer=late).exists()
    assert customer_queries.consents_of(customer_id=late.pk) == []


@pytest.mark.parametrize(
    "name",
    [
        "江川银行客服",
        "客 服 小 李",
        "王",
        "13912345678",
        "客\u200b服",
        "一二三四五六七八九十甲乙丙",
        "👍👍",
        "加我138001",
    ],
)
def test_refuses_names_that_pretend_or_give_numbers(name, north):
    with pytest.raises(NicknameRefused):
        join(make_group(branch=north), make_customer(branch=north), agreed_text=text(), nickname=name)


def test_leaving_takes_one_tap_and_the_last_takes_back_consent(north):
    customer = make_customer(branch=north)
    first, second = make_group(branch=north), make_group(branch=north)
    for group in (first, second):
        make_member(group=group, customer=customer)
    assert actions.leave_group(group_id=first.pk, customer_id=customer.pk, now=THEN)
    assert not actions.leave_group(group_id=first.pk, customer_id=customer.pk, now=THEN)
    assert members(first) == 0 and members(second) == 1
    assert customer_queries.consents_of(customer_id=customer.pk)[0].state == "given"
    assert actions.leave_group(group_id=second.pk, customer_id=customer.pk, now=THEN)
    assert customer_queries.consents_of(customer_id=customer.pk)[0].state == "withdrawn"
    assert Membership.objects.filter(nickname__isnull=False).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_consent_taken_back_elsewhere_ends_all_memberships(north, now):
    customer = make_customer(branch=north)
    groups = [make_group(branch=north), make_group(branch=north)]
    for group in groups:
        make_member(group=group, customer=customer)
    values = {"channel": "community", "purpose": "taking_part", "source": "phone", "now": THEN}
    customers.withdraw_consent(customer_id=customer.pk, **values)
    jobs.run_pending()
    assert [members(group) for group in groups] == [0, 0]
    assert set(Membership.objects.values_list("state", flat=True)) == {"left"}
    jobs.run_pending()


def test_an_expelled_customer_does_not_come_back(north):
    group = make_group(branch=north)
    member = make_member(group=group, state="removed")
    with pytest.raises(WasExpelled):
        join(group, member.customer, agreed_text=text(), token=group.token)


def test_closing_lets_everybody_go(north):
    group = make_group(branch=north)
    make_member(group=group)
    actions.close_group(group_id=group.pk, reason="并入总行社群", by=group.created_by, now=THEN)
    assert members(group) == 0 and not Group.objects.get(pk=group.pk).is_open
