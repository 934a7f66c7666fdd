"""Posts as members read, write and answer them."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiqun.communities import actions
from huiqun.communities.live.tickets import live_address
from huiqun.communities.models.moderation import REASON_LABELS
from huiqun.communities.models.posts import POST_LABELS
from huiqun.communities.queries import feed as queries
from huiqun.communities.queries.doors import membership
from huiqun.communities.queries.mine import own_comment_place
from huiqun.communities.rules.kinds import PostKind
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.pictures import LARGEST_FILE, MOST_PICTURES
from huiqun.communities.rules.refusals import PictureTooLarge, TooManyPictures
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound, Refusal

FILTERS = (PostKind.QUESTION, PostKind.ARTICLE, PostKind.BULLETIN)


@never_cache
@require_safe
@customer_door()
def feed_page(request: CustomerRequest, group_id: int) -> HttpResponse:
    """Opening a group reads it."""
    member = membership(group_id=group_id, customer_id=request.customer_id)
    topic, kind = request.GET.get("topic", "")[:20], request.GET.get("kind", "")[:10]
    before = whole(request.GET.get("before", ""))
    shown = queries.feed(
        member=member, customer_id=request.customer_id, before=before, topic=topic, kind=kind
    )
    if not before and shown.newest > member.read:
        actions.mark_read(group_id=group_id, customer_id=request.customer_id, number=shown.newest)
    context = {
        "member": member,
        "group": member.group,
        "feed": shown,
        "topic": topic,
        "kind": kind,
        "kinds": [(code.value, POST_LABELS[code]) for code in FILTERS],
        "head": member.group.tally.head,
        "live": live_address([group_id]),
        "unread": max(shown.newest - member.read, 0),
    }
    return render(request, "communities/my_feed.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@customer_door()
def write(request: CustomerRequest, group_id: int) -> HttpResponse:
    member = membership(group_id=group_id, customer_id=request.customer_id)
    given = {name: request.POST.get(name, "") for name in ("kind", "body", "topic")}
    context = {
        "member": member,
        "group": member.group,
        "given": given if request.method == "POST" else {"kind": request.GET.get("kind", "text")},
        "may_send_pictures": not is_new(member.joined_at, request.now),
        "most_pictures": MOST_PICTURES,
        "problem": "",
    }
    if request.method == "POST":
        try:
            done = actions.write_post(
                group_id=group_id,
                customer_id=request.customer_id,
                pictures=_pictures(request),
                now=request.now,
                **given,
            )
        except NotFound:
            raise
        except Refusal as refusal:
            context["problem"] = sentence_of(refusal)
            return render(request, "communities/my_write.html", context, status=refusal.status)
        _say(request, held=done.held)
        return redirect("my_communities:feed", group_id)
    return render(request, "communities/my_write.html", context)


def _pictures(request: CustomerRequest) -> list[bytes]:
    """Looked at by size before they are read. :raises PictureTooLarge, TooManyPictures"""
    files = request.FILES.getlist("pictures")
    if len(files) > MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    if any((file.size or 0) > LARGEST_FILE for file in files):
        raise PictureTooLarge()
    return [file.read() for file in files]


def _say(request: CustomerRequest, *, held: bool) -> None:
    told = (
        _("Thank you. Somebody of the bank looks at it before others read it.") if held else _("Published.")
    )
    messages.success(cast(HttpRequest, request), told)


@never_cache
@require_safe
@customer_door()
def post(request: CustomerRequest, placement_id: int) -> HttpResponse:
    page = queries.post_page(
        placement_id=placement_id,
        customer_id=request.customer_id,
        before=whole(request.GET.get("before", "")),
    )
    context = {
        "page": page,
        "item": page.item,
        "group": page.member.group,
        "member": page.member,
        "customer_id": request.customer_id,
        "reasons": REASON_LABELS.items(),
        "live": live_address([page.member.group_id]),
    }
    return render(request, "communities/my_post.html", context)


@require_POST
@customer_door()
def comment(request: CustomerRequest, placement_id: int) -> HttpResponse:
    queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    body = request.POST.get("body", "")
    done = actions.write_comment(
        placement_id=placement_id, customer_id=request.customer_id, body=body, now=request.now
    )
    if done.held:
        _say(request, held=True)
    return redirect("my_communities:post", placement_id)


@require_POST
@customer_door()
def react(request: CustomerRequest, placement_id: int) -> HttpResponse:
    queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    kind = request.POST.get("kind", "")
    actions.react(placement_id=placement_id, customer_id=request.customer_id, kind=kind, now=request.now)
    return redirect("my_communities:post", placement_id)


@require_POST
@customer_door()
def vote(request: CustomerRequest, placement_id: int) -> HttpResponse:
    queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    option = whole(request.POST.get("option", ""), -1)
    actions.answer_poll(
        placement_id=placement_id, customer_id=request.customer_id, option=option, now=request.now
    )
    return redirect("my_communities:post", placement_id)


@require_POST
@customer_door()
def guess(request: CustomerRequest, placement_id: int) -> HttpResponse:
    queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    words = request.POST.get("guess", "")
    actions.guess_riddle(
        placement_id=placement_id, customer_id=request.customer_id, guess=words, now=request.now
    )
    messages.success(cast(HttpRequest, request), _("That is right!"))
    return redirect("my_communities:post", placement_id)


@require_POST
@customer_door()
def report(request: CustomerRequest, placement_id: int) -> HttpResponse:
    queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    actions.report_words(
        placement_id=placement_id,
        comment_id=whole(request.POST.get("comment", "")) or None,
        customer_id=request.customer_id,
        reason=request.POST.get("reason", ""),
        words=request.POST.get("words", "")[:400],
        now=request.now,
    )
    messages.success(cast(HttpRequest, request), _("Thank you. Somebody of the bank will look at it."))
    return redirect("my_communities:post", placement_id)


@require_POST
@customer_door()
def withdraw(request: CustomerRequest, placement_id: int) -> HttpResponse:
    placement = queries.member_placement(placement_id=placement_id, customer_id=request.customer_id)
    actions.withdraw_post(post_id=placement.post_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_communities:feed", placement.group_id)


@require_POST
@customer_door()
def withdraw_comment(request: CustomerRequest, comment_id: int) -> HttpResponse:
    place = own_comment_place(comment_id=comment_id, customer_id=request.customer_id)
    actions.withdraw_comment(comment_id=comment_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_communities:post", place)


@require_safe
@customer_door()
def picture(request: CustomerRequest, picture_id: int) -> HttpResponse:
    content = queries.picture_of(picture_id=picture_id, customer_id=request.customer_id)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=600"
    return response
