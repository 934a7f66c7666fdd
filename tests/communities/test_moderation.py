"""Reports, decisions with reasons, measures, and objections judged by another person."""

from datetime import date, timedelta

import pytest

from huiqun.communities import actions
from huiqun.communities.models import Case, Comment, Membership, Note, Placement, Post, Report, Tally
from huiqun.communities.rules.refusals import (
    AppealTakesTwo,
    CannotAppeal,
    CaseDecided,
    CaseNotFound,
    Muted,
    OwnWords,
    ReasonNeeded,
)
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.communities import (
    SCAM,
    THEN,
    make_case,
    make_comment,
    make_group,
    make_member,
    make_operator,
    make_post,
)

LATER = THEN + timedelta(days=20)


def decide(case, decision, by, **over):
    actions.decide_case(case_id=case.pk, decision=decision, by=by, now=LATER, **({"why": "荐股引流"} | over))
    case.refresh_from_db()


def test_what_waits_is_shown_by_a_decision(north):
    member = make_member(group=make_group(branch=north, moderation="before"))
    done = actions.write_post(
        group_id=member.group_id,
        customer_id=member.customer_id,
        body="今天记账了",
        now=THEN + timedelta(days=9),
    )
    decide(Case.objects.get(), "publish", make_operator(north), why="")
    assert Post.objects.get(pk=done.post_id).state == "shown"
    assert Placement.objects.get().number == 1
    assert list(Note.objects.exclude(kind="welcome").values_list("kind", flat=True)) == ["published"]


def test_removed_words_are_nowhere_in_the_clear_and_kept_sealed_as_evidence(north):
    case = make_case(branch=north)
    decide(case, "remove", make_operator(north))
    post = Post.objects.get(pk=case.post_id)
    assert (post.body, post.grams, post.state, post.sealed) == ("", [], "removed", SCAM)
    fact = Fact.objects.get(kind="communities.WordsDecided")
    assert fact.body["digest"] == post.digest and fact.body["rules"] == case.rules_cited and case.rules_cited
    assert Case.objects.get().why == "荐股引流"


def test_what_was_sealed_is_deleted_when_its_time_is_over(north):
    case = make_case(branch=north)
    decide(case, "remove", make_operator(north))
    assert actions.purge_sealed(now=LATER) == 0
    Post.objects.update(sealed_until=date(2026, 11, 1))
    assert actions.purge_sealed(now=LATER) == 1
    assert Post.objects.get().sealed is None
    assert Fact.objects.get(kind="communities.SealedWordsPurged").body["posts"] == 1


def test_masking_makes_the_marked_words_unreadable(north):
    case = make_case(branch=north)
    decide(case, "mask", make_operator(north))
    post = Post.objects.get()
    assert post.state == "shown" and "*" in post.body and post.body != SCAM and post.sealed == SCAM


def test_a_decision_takes_a_reason_and_is_made_once(north, south):
    case, by = make_case(branch=north), make_operator(north)
    with pytest.raises(ReasonNeeded):
        actions.decide_case(case_id=case.pk, decision="hide", by=by, now=LATER)
    with pytest.raises(CaseNotFound):
        actions.decide_case(
            case_id=case.pk, decision="hide", why="不合适", by=make_operator(south), now=LATER
        )
    decide(case, "hide", by)
    with pytest.raises(CaseDecided):
        actions.decide_case(case_id=case.pk, decision="publish", by=by, now=LATER)


def test_a_mute_keeps_the_author_from_writing_for_a_week(north):
    case = make_case(branch=north)
    decide(case, "remove", make_operator(north), measure="mute")
    told = {"group_id": case.group_id, "customer_id": case.customer_id, "body": "我只是想说说"}
    with pytest.raises(Muted):
        actions.write_post(now=LATER + timedelta(days=6), **told)
    assert actions.write_post(now=LATER + timedelta(days=8), **told).post_id


def test_who_was_warned_twice_is_read_before_others_read_them(north):
    member = make_member(group=make_group(branch=north), warnings=2)
    done = actions.write_post(
        group_id=member.group_id, customer_id=member.customer_id, body="今天记账了", now=LATER
    )
    assert done.held and "warned" in Case.objects.get().reasons


def test_an_expelled_member_gives_the_seat_back(north):
    case = make_case(branch=north)
    decide(case, "remove", make_operator(north), measure="expel")
    assert Membership.objects.get().state == "removed" and Tally.objects.get().members == 0
    assert Fact.objects.filter(kind="communities.MemberExpelled").count() == 1


def test_a_report_opens_one_case_and_counts_each_person_once(north):
    group = make_group(branch=north)
    author, *others = (make_member(group=group) for _ in range(3))
    placement = make_post(member=author)
    for member in (*others, others[0]):
        actions.report_words(
            placement_id=placement.pk,
            customer_id=member.customer_id,
            reason="fraud",
            words="要我加微信",
            now=LATER,
        )
    case = Case.objects.get()
    assert (case.reports, case.grave, Report.objects.count()) == (2, True, 2)
    with pytest.raises(OwnWords):
        actions.report_words(
            placement_id=placement.pk, customer_id=author.customer_id, reason="other", now=LATER
        )
    decide(case, "hide", make_operator(north))
    assert Placement.objects.get(pk=placement.pk).gone


def test_a_reported_comment_that_is_removed_is_no_longer_counted(north):
    group = make_group(branch=north)
    author, other = make_member(group=group), make_member(group=group)
    placement = make_post(member=author)
    comment = make_comment(placement=placement, member=other)
    told = {"placement_id": placement.pk, "comment_id": comment.pk, "customer_id": author.customer_id}
    actions.report_words(reason="abuse", now=LATER, **told)
    decide(Case.objects.get(), "remove", make_operator(north))
    assert Placement.objects.get(pk=placement.pk).comments == 0
    assert (Comment.objects.get().state, Comment.objects.get().body) == ("removed", "")


def test_an_objection_is_made_once_in_time_and_judged_by_another(north):
    case, by = make_case(branch=north), make_operator(north)
    told = {"case_id": case.pk, "customer_id": case.customer_id, "words": "我是在提醒大家防骗"}
    with pytest.raises(CannotAppeal):
        actions.appeal(now=LATER, **told)
    decide(case, "remove", by, measure="expel")
    with pytest.raises(CannotAppeal):
        actions.appeal(now=LATER + timedelta(days=31), **told)
    with pytest.raises(CaseNotFound):
        actions.appeal(now=LATER, **(told | {"customer_id": case.customer_id + 1}))
    actions.appeal(now=LATER, **told)
    with pytest.raises(CannotAppeal):
        actions.appeal(now=LATER, **told)
    with pytest.raises(AppealTakesTwo):
        actions.decide_appeal(case_id=case.pk, overturn=True, why="原判有误", by=by, now=LATER)
    other = make_staff("second", north, "operator")
    actions.decide_appeal(case_id=case.pk, overturn=True, why="原判有误", by=other, now=LATER)
    post = Post.objects.get()
    assert (post.state, post.body) == ("shown", SCAM) and Placement.objects.get().gone is False
    assert Membership.objects.get().state == "left", "may come back"
    with pytest.raises(CaseDecided):
        actions.decide_appeal(case_id=case.pk, overturn=False, why="再看一遍", by=other, now=LATER)


def test_an_objection_that_fails_changes_nothing(north):
    case, by = make_case(branch=north), make_operator(north)
    decide(case, "remove", by, measure="warn")
    actions.appeal(case_id=case.pk, customer_id=case.customer_id, words="不服", now=LATER)
    actions.decide_appeal(
        case_id=case.pk, overturn=False, why="确属荐股", by=make_staff("second", north, "operator"), now=LATER
    )
    assert Post.objects.get().state == "removed" and Membership.objects.get().warnings == 1
    assert Note.objects.filter(kind="appeal_upheld").count() == 1


def test_withdrawn_words_need_no_decision(north):
    group = make_group(branch=north)
    author, other = make_member(group=group), make_member(group=group)
    placement = make_post(member=author)
    actions.report_words(placement_id=placement.pk, customer_id=other.customer_id, reason="untrue", now=LATER)
    actions.withdraw_post(post_id=placement.post_id, customer_id=author.customer_id, now=LATER)
    assert Case.objects.get().decided_at == LATER
    with pytest.raises(CannotAppeal):
        actions.appeal(
            case_id=Case.objects.get().pk, customer_id=author.customer_id, words="为什么", now=LATER
        )
