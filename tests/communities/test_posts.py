"""Posts, comments, reactions, polls and riddles: by members, and by the bank within limits."""

from datetime import timedelta

import pytest

from huiqun.communities import actions
from huiqun.communities.actions import Extras
from huiqun.communities.models import Answer, Case, Comment, Note, Placement, PollCount, Post, Reaction
from huiqun.communities.queries.feed import news
from huiqun.communities.queries.search import search
from huiqun.communities.rules.refusals import (
    AnsweredAlready,
    GroupClosed,
    MaterialLapsed,
    NoSuchOption,
    NotAMember,
    NoTarget,
    NotTeam,
    PollIncomplete,
    PostNotFound,
    ProductTalk,
    SearchTooShort,
    VideoRefused,
    WordsForbidden,
    WrongAnswer,
)
from huiqun.compliance import actions as compliance
from huiqun.compliance.rules.reviews import NotApproved
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.communities import (
    SCAM,
    THEN,
    make_bank_post,
    make_comment,
    make_group,
    make_member,
    make_operator,
    make_poll,
    make_post,
)
from tests.makers.compliance import approve_all, make_dossier, make_licence
from tests.makers.customers import make_customer

LATER = THEN + timedelta(days=20)


def fresh(placement):
    return Placement.objects.get(pk=placement.pk)


def test_a_post_is_shown_at_once_where_review_comes_after(north):
    member = make_member(group=make_group(branch=north, moderation="after"))
    placement = make_post(member=member, topic="防诈")
    assert (placement.number, placement.topic, placement.post.state) == (1, "防诈", "shown")
    assert not Case.objects.exists()
    kinds = list(
        Fact.objects.filter(subject=f"post:{placement.post_id}").order_by("id").values_list("kind", flat=True)
    )
    assert kinds == ["communities.PostSubmitted", "communities.PostPublished"]


def test_a_post_waits_where_review_comes_before(north):
    member = make_member(group=make_group(branch=north, moderation="before"))
    done = actions.write_post(
        group_id=member.group_id, customer_id=member.customer_id, body="今天记账了", now=LATER
    )
    assert done.held and done.placement_id is None and not Placement.objects.exists()
    assert Case.objects.get().reasons == ["before"]


def test_a_scam_waits_in_every_group(north):
    member = make_member(group=make_group(branch=north, moderation="after"))
    done = actions.write_post(group_id=member.group_id, customer_id=member.customer_id, body=SCAM, now=LATER)
    case = Case.objects.get()
    assert done.held and case.grave and not Placement.objects.exists()
    assert any(finding["rule"].startswith("COMM-") and finding["citations"] for finding in case.findings)


def test_numbers_of_people_are_masked_in_public_and_kept_sealed(north):
    member = make_member(group=make_group(branch=north))
    done = actions.write_post(
        group_id=member.group_id,
        customer_id=member.customer_id,
        body="想一起学记账的朋友联系 13912345678",
        now=LATER,
    )
    post = Post.objects.get(pk=done.post_id)
    assert "13912345678" not in post.body and "139****5678" in post.body
    assert "13912345678" in post.sealed and post.sealed_until.year == 2029
    assert "masked" in Case.objects.get().reasons
    assert "13912345678" not in str(list(Fact.objects.values_list("body", flat=True)))


def test_only_members_write(north):
    group, stranger = make_group(branch=north), make_customer(branch=north)
    placement = make_post(member=make_member(group=group))
    with pytest.raises(NotAMember):
        actions.write_post(group_id=group.pk, customer_id=stranger.pk, body="我来看看大家", now=LATER)
    with pytest.raises(NotAMember):
        actions.write_comment(placement_id=placement.pk, customer_id=stranger.pk, body="我来看看", now=LATER)
    with pytest.raises(NotAMember):
        actions.react(placement_id=placement.pk, customer_id=stranger.pk, kind="like", now=LATER)


def test_the_last_step_failing_leaves_nothing(north, monkeypatch):
    member = make_member(group=make_group(branch=north))
    before = Fact.objects.count()
    monkeypatch.setattr("huiqun.communities.actions.posting.place", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.write_post(
            group_id=member.group_id, customer_id=member.customer_id, body="今天记账了", now=LATER
        )
    assert not Post.objects.exists() and Fact.objects.count() == before


def test_comments_are_counted_and_the_author_is_told(north):
    group = make_group(branch=north)
    author, other = make_member(group=group), make_member(group=group)
    placement = make_post(member=author)
    comment = make_comment(placement=placement, member=other)
    make_comment(placement=placement, member=author)
    assert fresh(placement).comments == 2
    assert list(Note.objects.exclude(kind="welcome").values_list("customer", "kind")) == [
        (author.customer_id, "commented")
    ]
    actions.withdraw_comment(comment_id=comment.pk, customer_id=other.customer_id, now=LATER)
    assert fresh(placement).comments == 1
    assert Comment.objects.get(pk=comment.pk).body == ""


def test_the_banks_first_answer_to_a_question_stops_the_clock_once(north):
    group = make_group(branch=north)
    placement = make_post(
        member=make_member(group=group), kind="question", body="存单提前支取怎么算利息", now=LATER
    )
    by = make_operator(north)
    for minutes in (30, 90):
        actions.reply_as_bank(
            placement_id=placement.pk,
            body="您好，按支取日挂牌的活期计息。",
            by=by,
            now=LATER + timedelta(minutes=minutes),
        )
    facts = Fact.objects.filter(kind="communities.QuestionAnswered")
    assert [fact.body["seconds"] for fact in facts] == [1800]
    assert Note.objects.filter(kind="answered").count() == 2


def test_one_reaction_of_one_person_that_may_change_and_go(north):
    group = make_group(branch=north)
    member = make_member(group=group)
    placement = make_post(member=make_member(group=group))
    told = {"placement_id": placement.pk, "customer_id": member.customer_id, "now": LATER}
    assert actions.react(kind="like", **told) == "like"
    assert actions.react(kind="useful", **told) == "useful"
    assert (fresh(placement).likes, fresh(placement).useful) == (0, 1)
    assert actions.react(kind="useful", **told) == ""
    assert (fresh(placement).useful, Reaction.objects.count()) == (0, 0)
    with pytest.raises(NoSuchOption):
        actions.react(kind="hate", **told)


def test_a_vote_counts_once(north):
    group = make_group(branch=north)
    member = make_member(group=group)
    placement = make_poll(group=group)
    told = {"placement_id": placement.pk, "customer_id": member.customer_id, "now": LATER}
    with pytest.raises(NoSuchOption):
        actions.answer_poll(option=9, **told)
    actions.answer_poll(option=2, **told)
    with pytest.raises(AnsweredAlready):
        actions.answer_poll(option=1, **told)
    assert list(PollCount.objects.order_by("option").values_list("votes", flat=True)) == [0, 0, 1]


def test_a_riddle_is_solved_once_and_its_answer_is_kept_nowhere(north):
    group = make_group(branch=north)
    member = make_member(group=group)
    extras = Extras(answer="复利")
    post = make_bank_post(
        groups=[group], kind="riddle", title="猜一猜", body="利滚利，打一个词", extras=extras
    )
    placement = Placement.objects.get(post=post)
    told = {"placement_id": placement.pk, "customer_id": member.customer_id, "now": LATER}
    assert "复利" not in str(post.data)
    with pytest.raises(WrongAnswer):
        actions.guess_riddle(guess="单利", **told)
    actions.guess_riddle(guess=" 复 利！", **told)
    with pytest.raises(AnsweredAlready):
        actions.guess_riddle(guess="复利", **told)
    assert Answer.objects.count() == 1
    assert Fact.objects.filter(kind="communities.RiddleSolved").count() == 1


def test_staff_speak_as_themselves_but_not_of_products(north):
    group, by = make_group(branch=north), make_operator(north)
    told = {"groups": [group.pk], "kind": "text", "title": "", "by": by, "now": LATER}
    assert actions.post_as_bank(body="周末愉快，记得看紧自己的钱袋子。", **told)
    with pytest.raises(ProductTalk):
        actions.post_as_bank(body="最近上架了新的基金，欢迎来了解。", **told)
    with pytest.raises(WordsForbidden):
        actions.post_as_bank(body=SCAM, **told)
    assert Post.objects.count() == 1


def test_qualified_staff_speak_of_their_kind_of_product(north, head_office):
    group, by = make_group(branch=north), make_operator(north)
    make_licence(
        branch=north, kind="qualification", staff_id=by.pk, product_kinds=("fund",), name="基金从业资格"
    )
    told = {"groups": [group.pk], "kind": "text", "title": "", "by": by, "now": LATER}
    assert actions.post_as_bank(body="基金有风险，投资须谨慎，欢迎来网点了解。", **told)
    with pytest.raises(ProductTalk):
        actions.post_as_bank(body="保险怎么选，欢迎来网点了解。", **told)


def test_only_the_team_speaks_and_only_in_its_branches(north, south):
    group, elsewhere = make_group(branch=north), make_group(branch=south)
    outsider = make_staff("outsider", north, "relationship_manager")
    with pytest.raises(NotTeam):
        make_bank_post(groups=[group], by=outsider)
    with pytest.raises(NoTarget):
        make_bank_post(groups=[group, elsewhere], by=make_operator(north))
    assert not Post.objects.exists()


def test_polls_and_videos_are_complete(north):
    group = make_group(branch=north)
    with pytest.raises(PollIncomplete):
        make_bank_post(groups=[group], kind="poll", extras=Extras(options=("一样", "一样")))
    for address, seconds, subtitles in (
        ("https://www.bank.example.com/a.mp4", 20, "字幕" * 20),
        ("https://www.bank.example.com/a.exe", 90, "字幕" * 20),
        ("https://evil.com/a.mp4", 90, "字幕" * 20),
        ("https://www.bank.example.com/a.mp4", 90, ""),
    ):
        extras = Extras(address=address, seconds=seconds, subtitles=subtitles)
        with pytest.raises(VideoRefused):
            make_bank_post(groups=[group], kind="video", extras=extras)
    good = Extras(
        address="https://v.bank.example.com/a.mp4",
        seconds=90,
        subtitles="大家好，今天一起看看账单上的每一行从哪里来。",
    )
    assert make_bank_post(groups=[group], kind="video", extras=good).data["seconds"] == 90


def material(north):
    dossier = make_dossier(branch=north)
    digest = approve_all(dossier)
    from huiqun.compliance.models import Dossier

    return Dossier.objects.get(pk=dossier).subject, digest


@pytest.mark.django_db(transaction=True)
def test_approved_words_are_said_word_for_word_and_hidden_when_the_approval_ends(
    head_office, north, risk_officer, now
):
    subject, digest = material(north)
    groups = [make_group(branch=north), make_group(branch=north)]
    by = make_operator(north)
    told = {
        "groups": [group.pk for group in groups],
        "kind": "article",
        "subject": subject,
        "by": by,
        "now": LATER,
    }
    with pytest.raises(NotApproved):
        actions.post_material(digest="0" * 64, **told)
    post = Post.objects.get(pk=actions.post_material(digest=digest, **told))
    assert (post.body, post.material_digest) == ("坚持定投，从容应对波动。基金有风险，投资须谨慎。", digest)
    compliance.stop_subject(subject=subject, reason="产品信息有变", by=risk_officer, now=LATER)
    jobs.run_pending()
    assert Post.objects.get(pk=post.pk).state == "hidden"
    assert not Placement.objects.filter(gone=False).exists()
    assert Fact.objects.filter(kind="communities.MaterialRecalled").count() == 1
    jobs.run_pending()


def test_material_without_a_page_is_no_words_for_a_group(head_office, north):
    dossier = make_dossier(branch=north, page={})
    digest = approve_all(dossier)
    from huiqun.compliance.models import Dossier

    subject = Dossier.objects.get(pk=dossier).subject
    with pytest.raises(MaterialLapsed):
        actions.post_material(
            groups=[make_group(branch=north).pk],
            kind="article",
            subject=subject,
            digest=digest,
            by=make_operator(north),
            now=LATER,
        )


def test_one_action_takes_a_post_out_of_all_groups(north, south):
    groups = [make_group(branch=north), make_group(branch=north)]
    post = make_bank_post(groups=groups)
    with pytest.raises(PostNotFound):
        actions.withdraw_bank_post(post_id=post.pk, by=make_operator(south), now=LATER)
    actions.withdraw_bank_post(post_id=post.pk, by=make_operator(north), now=LATER)
    assert not Placement.objects.filter(gone=False).exists()


def test_a_closed_group_takes_nothing_new(north):
    group = make_group(branch=north)
    member = make_member(group=group)
    placement = make_post(member=member)
    actions.close_group(group_id=group.pk, reason="并入总行社群", by=group.created_by, now=LATER)
    with pytest.raises((GroupClosed, NotAMember)):
        actions.write_comment(
            placement_id=placement.pk, customer_id=member.customer_id, body="还在吗", now=LATER
        )
    with pytest.raises(NoTarget):
        make_bank_post(groups=[group])


def test_searching_finds_words_of_two_characters_in_ones_own_groups(north):
    mine, other = make_group(branch=north), make_group(branch=north)
    reader = make_customer(branch=north)
    make_member(group=mine, customer=reader)
    found = make_post(member=make_member(group=mine), body="三年期国债怎么买合适")
    make_post(member=make_member(group=other), body="国债到期了")
    gone = make_post(member=make_member(group=mine), body="国债额度没有了")
    actions.withdraw_post(post_id=gone.post_id, customer_id=gone.customer_id, now=LATER)
    shared = make_bank_post(groups=[mine, other], title="国债知识", body="国债由国家发行，按期付息。")
    ids = [item.post.pk for item in search(customer_id=reader.pk, words="国债")]
    assert set(ids) == {shared.pk, found.post_id}
    assert [item.post.pk for item in search(customer_id=reader.pk, words="国债 三年")] == [found.post_id]
    assert search(customer_id=reader.pk, words="期货") == []
    with pytest.raises(SearchTooShort):
        search(customer_id=reader.pk, words="国")


def test_what_stands_in_several_groups_is_heard_once_in_the_news(north):
    reader = make_customer(branch=north)
    groups = [make_group(branch=north), make_group(branch=north)]
    for group in groups:
        make_member(group=group, customer=reader)
    post = make_bank_post(groups=groups)
    assert [item.post.pk for item in news(customer_id=reader.pk)] == [post.pk]
