"""Unread counts are differences of numbers, and exact."""

from huiqun.communities import actions
from huiqun.communities.models import Placement, Post
from huiqun.communities.queries.unread import unread_of
from tests.makers.communities import THEN, make_bank_post, make_group, make_member, make_post
from tests.makers.customers import make_customer


def unread(customer):
    counted = unread_of(customer_id=customer.pk)
    return [counted.by_group[group] for group in sorted(counted.by_group)], counted.total


def read(group, customer, number):
    actions.mark_read(group_id=group.pk, customer_id=customer.pk, number=number)


def test_counts_what_came_after_joining_and_not_ones_own(north):
    group, reader = make_group(branch=north), make_customer(branch=north)
    writer = make_member(group=group)
    make_post(member=writer)
    mine = make_member(group=group, customer=reader)
    assert unread(reader) == ([0], 0)
    make_post(member=writer)
    make_post(member=mine)
    make_post(member=writer)
    assert unread(reader) == ([2], 2)
    read(group, reader, 3)
    assert unread(reader) == ([1], 1)
    read(group, reader, 1)
    assert unread(reader) == ([1], 1), "reading never goes back"
    read(group, reader, 4)
    assert unread(reader) == ([0], 0)


def test_what_is_taken_away_is_not_counted_and_counts_again_when_it_is_back(north):
    group, reader = make_group(branch=north), make_customer(branch=north)
    writer = make_member(group=group)
    mine = make_member(group=group, customer=reader)
    first, second = make_post(member=writer), make_post(member=writer)
    own = make_post(member=mine)
    actions.withdraw_post(post_id=first.post_id, customer_id=writer.customer_id, now=THEN)
    actions.withdraw_post(post_id=own.post_id, customer_id=mine.customer_id, now=THEN)
    assert unread(reader) == ([1], 1)
    Placement.objects.filter(pk=second.pk).update(gone=True)
    assert unread(reader) == ([0], 0)
    Placement.objects.filter(pk=second.pk).update(gone=False)
    assert unread(reader) == ([1], 1)


def test_pinning_changes_nobodys_count(north):
    group, reader = make_group(branch=north), make_customer(branch=north)
    make_member(group=group, customer=reader)
    post = make_bank_post(groups=[group])
    place = Placement.objects.get(post=post)
    read(group, reader, place.number)
    actions.pin_post(placement_id=place.pk, pinned=True, by=group.created_by, now=THEN)
    assert unread(reader) == ([0], 0)


def test_who_is_in_several_groups_hears_a_thing_once(north):
    reader = make_customer(branch=north)
    groups = [make_group(branch=north) for _ in range(3)]
    for group in groups:
        make_member(group=group, customer=reader)
    make_bank_post(groups=groups)
    make_bank_post(groups=groups[:1])
    assert unread(reader) == ([2, 1, 1], 2)
    read(groups[1], reader, 1)
    assert unread(reader) == ([1, 0, 0], 1), "seen in one group, seen in all"


def test_one_post_to_many_groups_is_one_row_and_one_place_in_each(north, django_assert_max_num_queries):
    groups = [make_group(branch=north) for _ in range(30)]
    for group in groups[:3]:
        make_member(group=group)
    with django_assert_max_num_queries(80):
        make_bank_post(groups=groups)
    assert Post.objects.count() == 1 and Placement.objects.count() == 30
