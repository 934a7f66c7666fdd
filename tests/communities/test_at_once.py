"""Two at the same moment, with real threads and locks."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from huiqun.communities import actions
from huiqun.communities.models import Case, Membership, Placement, Reaction, Report, Tally
from huiqun.communities.queries.unread import unread_of
from huiqun.lib.refusal import Refusal
from tests.makers.communities import (
    THEN,
    make_bank_post,
    make_case,
    make_group,
    make_member,
    make_operator,
    make_post,
)
from tests.makers.customers import make_consent_text, make_customer

LATER = THEN + timedelta(days=20)
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal; whatever else breaks is raised."""
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            start.wait(10)
            answers[place] = call()
        except BaseException as wrong:
            answers[place] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


def test_the_last_seat_is_taken_once(north):
    group = make_group(branch=north, size_limit=2)
    make_member(group=group)
    text = make_consent_text(channel="community", purpose="taking_part").pk
    people = [make_customer(branch=north) for _ in range(4)]
    at_once(
        *(
            lambda person=person: actions.join_group(
                group_id=group.pk, customer_id=person.pk, nickname="汇友", agreed_text=text, now=THEN
            )
            for person in people
        )
    )
    assert Tally.objects.get().members == 2 == Membership.objects.filter(state="active").count()


def test_joining_and_leaving_at_once_ends_in_one_of_both(north):
    group, customer = make_group(branch=north), make_customer(branch=north)
    make_member(group=group, customer=customer)
    text = make_consent_text(channel="community", purpose="taking_part").pk
    told = {"group_id": group.pk, "customer_id": customer.pk, "now": THEN}
    for _ in range(4):
        at_once(
            lambda: actions.leave_group(**told),
            lambda: actions.join_group(nickname="汇友", agreed_text=text, **told),
        )
        member = Membership.objects.get()
        assert Tally.objects.get().members == (member.state == "active")


def test_numbers_have_no_gaps_and_no_doubles(north):
    groups = [make_group(branch=north), make_group(branch=north)]
    by = make_operator(north)
    writers = [make_member(group=group) for group in groups for _ in range(2)]
    reader = make_customer(branch=north)
    for group in groups:
        make_member(group=group, customer=reader)
    at_once(
        *(lambda writer=writer: make_post(member=writer, now=LATER) for writer in writers),
        lambda: make_bank_post(groups=groups, by=by),
        lambda: make_bank_post(groups=groups[::-1], by=by, title="另一篇"),
    )
    for group in groups:
        numbers = sorted(Placement.objects.filter(group=group).values_list("number", flat=True))
        assert numbers == [1, 2, 3, 4] and Tally.objects.get(pk=group.pk).head == 4
    counted = unread_of(customer_id=reader.pk)
    assert set(counted.by_group.values()) == {4} and counted.total == 6


def test_many_taps_are_one_reaction_of_each_and_counted_so(north):
    group = make_group(branch=north)
    placement = make_post(member=make_member(group=group))
    people = [make_member(group=group).customer_id for _ in range(3)]
    at_once(
        *(
            lambda person=person: actions.react(
                placement_id=placement.pk, customer_id=person, kind="like", now=LATER
            )
            for person in people * 2
        )
    )
    assert Placement.objects.get(pk=placement.pk).likes == Reaction.objects.filter(kind="like").count()


def test_reports_at_once_open_one_case(north):
    group = make_group(branch=north)
    placement = make_post(member=make_member(group=group))
    people = [make_member(group=group).customer_id for _ in range(4)]
    at_once(
        *(
            lambda person=person: actions.report_words(
                placement_id=placement.pk, customer_id=person, reason="advert", now=LATER
            )
            for person in people
        )
    )
    assert Case.objects.get().reports == 4 == Report.objects.count()


def test_two_decide_and_one_is_told(north):
    case = make_case(branch=north)
    by = make_operator(north)
    answers = at_once(
        *(
            lambda decision=decision: actions.decide_case(
                case_id=case.pk, decision=decision, why="荐股", by=by, now=LATER
            )
            for decision in ("hide", "remove")
        )
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1


def test_a_flood_from_many_hands_is_counted_as_one_persons(north):
    member = make_member(group=make_group(branch=north))
    told = {"group_id": member.group_id, "customer_id": member.customer_id, "now": THEN + timedelta(hours=1)}
    answers = at_once(*(lambda n=n: actions.write_post(body=f"今天记账第{n}天", **told) for n in range(5)))
    assert sum(isinstance(answer, Refusal) for answer in answers) == 4
    assert Placement.objects.count() == 1
