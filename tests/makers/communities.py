"""Groups, members and posts for tests, made by the domain's own actions where there are any."""

import io
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from huiqun.communities import actions
from huiqun.communities.actions import Extras
from huiqun.communities.models import Case, Comment, Group, Membership, Picture, Placement, Post
from huiqun.communities.rules import GroupTerms
from huiqun.foundation.models import Staff
from tests.conftest import make_staff
from tests.makers.activities import make_activity, own_activity
from tests.makers.customers import make_consent_text, make_customer

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def group_terms(**over: Any) -> GroupTerms:
    """A group about household money that anybody of the branch may find."""
    values: dict[str, Any] = {
        "name": "城北理财小课堂",
        "kind": "wealth",
        "purpose": "每周一起学一个家庭理财常识，有问题随时问。",
        "goals": ["satisfaction", "stickiness"],
        "rules": "不荐股，不发广告，不留联系方式。",
        "data_use": "您的昵称和发言只在本群可见，退群后不再使用。",
        "welcome": "欢迎加入！",
        "topics": ["防诈", "家庭账本"],
        "tags": ["投教"],
        "joining": "open",
        "moderation": "after",
        "size_limit": 500,
    }
    return GroupTerms(**(values | over))


def make_operator(branch: Any) -> Any:
    name = f"community-{branch.code}"
    return Staff.objects.filter(username=name).first() or make_staff(
        name, branch, "operator", full_name="苏群"
    )


def make_group(*, branch: Any, by: Any = None, now: datetime = THEN, **over: Any) -> Group:
    by = by or make_operator(branch)
    return Group.objects.get(pk=actions.create_group(terms=group_terms(**over), by=by, now=now))


def make_member(
    *, group: Group, customer: Any = None, nickname: str = "", now: datetime = THEN, **over: Any
) -> Membership:
    """A member of some weeks, who may post links and pictures."""
    customer = customer or make_customer(branch=group.branch)
    text = make_consent_text(channel="community", purpose="taking_part")
    actions.join_group(
        group_id=group.pk,
        customer_id=customer.pk,
        nickname=nickname or f"汇友{next(_ordinals)}",
        agreed_text=text.pk,
        token=group.token,
        now=now,
    )
    if over:
        Membership.objects.filter(group=group, customer=customer).update(**over)
    return Membership.objects.select_related("customer").get(group=group, customer=customer)


def make_post(
    *, member: Membership, body: str = "今天学会了怎么记账，很有用", now: datetime | None = None, **over: Any
) -> Placement:
    """A member's post that is shown; by the clock of the last one if none is told."""
    now = now or THEN + timedelta(hours=next(_ordinals))
    done = actions.write_post(
        group_id=member.group_id, customer_id=member.customer_id, body=body, now=now, **over
    )
    assert done.placement_id, "held for review"
    return Placement.objects.select_related("post").get(pk=done.placement_id)


def make_bank_post(*, groups: Any, by: Any = None, now: datetime = THEN, **over: Any) -> Post:
    values: dict[str, Any] = {
        "kind": "article",
        "title": "三招看懂账单",
        "body": "账单上的每一行都有来处，先看日期再看商户。",
    }
    by = by or make_operator(groups[0].branch)
    post_id = actions.post_as_bank(groups=[group.pk for group in groups], by=by, now=now, **(values | over))
    return Post.objects.get(pk=post_id)


def make_poll(*, group: Group, now: datetime = THEN) -> Placement:
    extras = Extras(options=("记账", "预算", "防诈"))
    post = make_bank_post(
        groups=[group], kind="poll", title="下周讲什么", body="请选一个想听的题目", extras=extras, now=now
    )
    return Placement.objects.select_related("post").get(post=post)


def make_comment(
    *, placement: Placement, member: Membership, body: str = "说得真好", now: datetime = THEN
) -> Comment:
    done = actions.write_comment(
        placement_id=placement.pk, customer_id=member.customer_id, body=body, now=now
    )
    return Comment.objects.get(pk=done.comment_id)


SCAM = "加老师微信进荐股群，跟着老师操作，稳赚不赔，每天一只涨停股"


def make_case(*, branch: Any) -> Case:
    """A scam that waits to be decided."""
    group = make_group(branch=branch)
    member = make_member(group=group)
    done = actions.write_post(
        group_id=group.pk, customer_id=member.customer_id, body=SCAM, now=THEN + timedelta(days=10)
    )
    return Case.objects.get(post=done.post_id)


def picture_bytes(size: tuple[int, int] = (60, 40), kind: str = "PNG", **over: Any) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", size, "orange").save(stream, kind, **over)
    return stream.getvalue()


def own_placement(customer: Any) -> Placement:
    group = make_group(branch=customer.branch)
    return make_post(member=make_member(group=group, customer=customer))


def own_comment(customer: Any) -> Comment:
    group = make_group(branch=customer.branch)
    member = make_member(group=group, customer=customer)
    return make_comment(placement=make_post(member=make_member(group=group)), member=member)


def own_picture(customer: Any) -> Picture:
    member = make_member(group=make_group(branch=customer.branch), customer=customer)
    placement = make_post(member=member, pictures=[picture_bytes()], now=THEN + timedelta(days=10))
    return Picture.objects.get(post=placement.post)


def own_case(customer: Any) -> Case:
    group = make_group(branch=customer.branch)
    member = make_member(group=group, customer=customer)
    done = actions.write_post(
        group_id=group.pk, customer_id=customer.pk, body=SCAM, now=THEN + timedelta(days=10)
    )
    case = Case.objects.get(post=done.post_id)
    by = make_operator(customer.branch)
    actions.decide_case(
        case_id=case.pk, decision="remove", why="荐股引流", by=by, now=THEN + timedelta(days=11)
    )
    assert member.pk
    return Case.objects.get(pk=case.pk)


ROUTE_OBJECTS = {
    "activity_id": lambda branch: make_activity(branch=branch).pk,
    "group_id": lambda branch: make_group(branch=branch).pk,
    "moderation_id": lambda branch: make_case(branch=branch).pk,
    "placement_id": lambda branch: make_post(member=make_member(group=make_group(branch=branch))).pk,
    "picture_id": lambda branch: own_picture(make_customer(branch=branch)).pk,
}
PHONE_OBJECTS = {
    "activity_id": own_activity,
    "group_id": lambda customer: (
        make_member(group=make_group(branch=customer.branch), customer=customer).group_id
    ),
    "token": lambda customer: make_group(branch=customer.branch).token,
    "placement_id": lambda customer: own_placement(customer).pk,
    "comment_id": lambda customer: own_comment(customer).pk,
    "picture_id": lambda customer: own_picture(customer).pk,
    "moderation_id": lambda customer: own_case(customer).pk,
}
PHONE_WIDE = ("token", "activity_id")
