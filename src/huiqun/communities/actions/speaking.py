"""The bank speaks: in approved words, or staff as themselves within limits."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from huiqun.communities.actions.placing import place
from huiqun.communities.actions.texts import findings_of, kept_as
from huiqun.communities.events import PostPinned, PostPublished, PostSubmitted
from huiqun.communities.models import Group, Placement, PollCount, Post
from huiqun.communities.queries.doors import require_team
from huiqun.communities.rules.checks import check_poll, check_video, riddle_digest
from huiqun.communities.rules.cleaning import MOST_CHARACTERS, clean, written
from huiqun.communities.rules.kinds import PostKind, Speech, State
from huiqun.communities.rules.links import check_links
from huiqun.communities.rules.refusals import (
    MaterialLapsed,
    NoTarget,
    PostNotFound,
    ProductTalk,
    WordsForbidden,
)
from huiqun.communities.rules.search import kept_grams
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

LONGEST = 5000


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What some kinds of posts have besides words."""

    options: Sequence[str] = field(default_factory=tuple)
    answer: str = ""
    address: str = ""
    subtitles: str = ""
    seconds: int = 0


@transaction.atomic
def post_as_bank(
    *,
    groups: Sequence[int],
    kind: str,
    title: str,
    body: str,
    topic: str = "",
    extras: Extras | None = None,
    by: Staff,
    now: datetime,
) -> int:
    """Staff post as themselves into groups of theirs, at once; the post's id.

    :raises NoTarget, NotTeam, WordsForbidden, ProductTalk, NothingSaid, TooLong, PollIncomplete, RiddleIncomplete,
        VideoRefused, LinkRefused
    """
    extras = extras or Extras()
    chosen = _targets(groups, by)
    data = _data(kind, extras)
    spoken = "\n".join((body, *map(clean, extras.options), clean(extras.subtitles))).strip()
    checked = bank_words(title=clean(title), body=spoken, most=LONGEST, by=by, now=now)
    fields = checked | {"body": written(body, most=LONGEST)}
    return _post(chosen, kind, clean(title), topic, fields, data, by, now, speech=Speech.OWN)


@transaction.atomic
def post_material(
    *, groups: Sequence[int], kind: str, subject: str, digest: str, topic: str = "", by: Staff, now: datetime
) -> int:
    """Post the page of an approved dossier, word for word; the post's id. It is hidden when the approval ends.

    :raises NoTarget, NotTeam, MaterialLapsed, compliance's Stopped, NotApproved, ApprovalOutdated, LicenceExpired
    """
    chosen = _targets(groups, by)
    compliance.send_permit(subject=subject, digest=digest, now=now)
    found = [
        words for words in compliance.approved_words(staff=by, subject=subject) if words.digest == digest
    ]
    if not found:
        raise MaterialLapsed()
    words = found[0]
    fields = kept_as(body=words.body, original=words.body, seal=False, on=local_date(now))
    kind = kind if kind in (PostKind.ARTICLE, PostKind.BULLETIN, PostKind.TEXT) else PostKind.ARTICLE
    return _post(
        chosen,
        kind,
        words.title[:60],
        topic,
        fields,
        {},
        by,
        now,
        speech=Speech.MATERIAL,
        material=(subject, digest),
    )


def bank_words(*, title: str, body: str, most: int, by: Staff, now: datetime) -> dict[str, Any]:
    """The columns of words that staff may say in their own name.

    :raises WordsForbidden: whatever the rulebook finds grave in a post
    :raises ProductTalk: words about products that only qualified staff sell
    """
    words = written(body, most=most)
    check_links(words, hosts=settings.HUIQUN_LINK_HOSTS)
    today = local_date(now)
    grave = [each for each in findings_of(title, words, on=today) if each.severity.value != "warn"]
    if grave:
        names = "、".join(dict.fromkeys(finding.name for finding in grave))
        raise WordsForbidden(names=names, citations=[cited.label for cited in grave[0].citations])
    kinds = compliance.products_spoken_of(f"{title}\n{words}")
    if kinds and not compliance.qualified_for(staff_id=by.pk, kinds=kinds, on=today):
        raise ProductTalk()
    return kept_as(body=words, original=words, seal=False, on=today)


def _targets(groups: Sequence[int], by: Staff) -> list[Group]:
    """:raises NoTarget, NotTeam"""
    chosen = list(Group.objects.visible_to(by).filter(pk__in=groups, closed_at__isnull=True).order_by("pk"))
    if not chosen or len(chosen) != len(set(groups)):
        raise NoTarget()
    for group in chosen:
        require_team(group=group, staff=by)
    return chosen


def _data(kind: str, extras: Extras) -> dict[str, Any]:
    if kind == PostKind.POLL:
        check_poll(extras.options)
        return {"options": [clean(each)[:40] for each in extras.options if each.strip()]}
    if kind == PostKind.RIDDLE:
        salt = secrets.token_hex(16)
        return {"salt": salt, "answer": riddle_digest(extras.answer, salt)}
    if kind == PostKind.VIDEO:
        check_video(
            address=extras.address,
            subtitles=extras.subtitles,
            seconds=extras.seconds,
            hosts=settings.HUIQUN_LINK_HOSTS,
        )
        return {"address": extras.address, "subtitles": clean(extras.subtitles), "seconds": extras.seconds}
    return {}


def _post(
    groups: Sequence[Group],
    kind: str,
    title: str,
    topic: str,
    fields: dict[str, Any],
    data: dict[str, Any],
    by: Staff,
    now: datetime,
    *,
    speech: str,
    material: tuple[str, str] = ("", ""),
) -> int:
    home = groups[0]
    post = Post.objects.create(
        staff=by,
        name=str(by)[:30],
        kind=kind,
        title=title[: MOST_CHARACTERS["title"]],
        topic=topic if any(topic in group.topics for group in groups) else "",
        state=State.PENDING,
        speech=speech,
        material=material[0],
        material_digest=material[1],
        home=home,
        targets=[group.pk for group in groups],
        grams=kept_grams([group.pk for group in groups], title, fields["body"], *data.get("options", ())),
        data=data,
        created_at=now,
        **fields,
    )
    PollCount.objects.bulk_create(
        PollCount(post=post, option=place) for place, _option in enumerate(data.get("options", ()))
    )
    told: dict[str, Any] = {"post_id": post.pk, "group_id": home.pk, "customer_id": None, "post_kind": kind}
    submitted = PostSubmitted(**told, digest=post.digest, held=False, rules=())
    facts.record(submitted, at=now, by=by, branch_id=home.branch_id)
    placed = place(post, [group.pk for group in groups], now=now)
    published = PostPublished(**told, groups=len(placed), material=material[0], material_digest=material[1])
    facts.record(published, at=now, by=by, branch_id=home.branch_id)
    return int(post.pk)


@transaction.atomic
def pin_post(*, placement_id: int, pinned: bool, by: Staff, now: datetime) -> None:
    """Keep a post at the top of its group, or let it go. It keeps its number: nobody's unread count changes."""
    placement = (
        Placement.objects.visible_to(by).select_related("group").filter(pk=placement_id, gone=False).first()
    )
    if placement is None:
        raise PostNotFound()
    require_team(group=placement.group, staff=by)
    Placement.objects.filter(pk=placement_id).update(pinned_at=now if pinned else None)
    event = PostPinned(post_id=placement.post_id, group_id=placement.group_id, pinned=pinned)
    facts.record(event, at=now, by=by, branch_id=placement.group.branch_id)
