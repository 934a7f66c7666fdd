"""A customer's groups: finding, joining, leaving, notes, and what one wrote."""

from typing import cast

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiqun.communities import actions
from huiqun.communities.live.tickets import groups_of
from huiqun.communities.queries import mine as queries
from huiqun.communities.queries.doors import membership
from huiqun.communities.queries.live import numbers_of
from huiqun.communities.queries.search import search
from huiqun.communities.rules.refusals import NicknameRefused, SearchTooShort
from huiqun.communities.templatetags.community import AWAY
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of
from huiqun.lib.numbers import whole


@never_cache
@require_safe
@customer_door()
def home(request: CustomerRequest) -> HttpResponse:
    return render(
        request, "communities/my_home.html", {"home": queries.home_of(customer_id=request.customer_id)}
    )


@never_cache
@require_safe
@customer_door()
def search_page(request: CustomerRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    context: dict[str, object] = {"words": words, "items": [], "problem": ""}
    if words:
        actions.spend(customer_id=request.customer_id, what="search", now=request.now)
        try:
            context["items"] = search(customer_id=request.customer_id, words=words)
        except SearchTooShort as refusal:
            context["problem"] = sentence_of(refusal)
    return render(request, "communities/my_search.html", context)


@never_cache
@require_safe
@customer_door()
def notes(request: CustomerRequest) -> HttpResponse:
    shown = queries.notes_of(customer_id=request.customer_id)
    actions.read_notes(customer_id=request.customer_id, now=request.now)
    return render(request, "communities/my_notes.html", {"notes": shown})


@never_cache
@require_safe
@customer_door()
def mine(request: CustomerRequest) -> HttpResponse:
    return render(
        request,
        "communities/my_words.html",
        queries.words_of(customer_id=request.customer_id, now=request.now),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@customer_door()
def join(request: CustomerRequest, token: str) -> HttpResponse:
    """What the group is for, who runs it, what is done with data; then a name and a yes."""
    page = queries.join_page(token=token, customer_id=request.customer_id)
    problem, status = "", 200
    if request.method == "POST":
        agreed = request.POST.get("agreed", "")
        try:
            actions.join_group(
                group_id=page.group.pk,
                customer_id=request.customer_id,
                nickname=request.POST.get("nickname", ""),
                agreed_text=whole(agreed) or None,
                token=token,
                way=request.GET.get("way", ""),
                now=request.now,
            )
        except NicknameRefused as refusal:
            problem, status = sentence_of(refusal), refusal.status
        else:
            return redirect("my_communities:feed", page.group.pk)
    if page.is_member and request.method == "GET":
        return redirect("my_communities:feed", page.group.pk)
    context = {"page": page, "problem": problem, "nickname": request.POST.get("nickname", page.nickname)}
    return render(request, "communities/my_join.html", context, status=status)


@require_POST
@customer_door()
def decline(request: CustomerRequest, token: str) -> HttpResponse:
    page = queries.join_page(token=token, customer_id=request.customer_id)
    actions.decline_invitation(group_id=page.group.pk, customer_id=request.customer_id, now=request.now)
    return redirect("my_communities:home")


@never_cache
@require_safe
@customer_door()
def about(request: CustomerRequest, group_id: int) -> HttpResponse:
    member = membership(group_id=group_id, customer_id=request.customer_id)
    return render(request, "communities/my_about.html", queries.about(member=member, now=request.now))


@require_POST
@customer_door()
def leave(request: CustomerRequest, group_id: int) -> HttpResponse:
    membership(group_id=group_id, customer_id=request.customer_id)
    actions.leave_group(group_id=group_id, customer_id=request.customer_id, now=request.now)
    messages.success(cast(HttpRequest, request), _("You have left the group."))
    return redirect("my_communities:home")


@require_POST
@customer_door()
def topic(request: CustomerRequest) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    name = request.POST.get("topic", "").strip()
    if name in queries.topics_of(customer_id=request.customer_id):
        actions.follow_topic(customer_id=request.customer_id, topic=name, wanted=wanted)
    return redirect("my_communities:home")


@require_POST
@customer_door()
def appeal(request: CustomerRequest, moderation_id: int) -> HttpResponse:
    words = request.POST.get("words", "")
    actions.appeal(case_id=moderation_id, customer_id=request.customer_id, words=words, now=request.now)
    messages.success(
        cast(HttpRequest, request), _("Your objection was received. Somebody else will look at it.")
    )
    return redirect("my_communities:mine")


@require_safe
@customer_door()
def away(request: CustomerRequest) -> HttpResponse:
    """A link that members wrote leads out of the bank: say so before it is followed."""
    given = request.GET.get("to", "")
    if not given:
        return redirect("my_communities:home")
    try:
        address = signing.loads(given, salt=AWAY)
    except signing.BadSignature:
        raise Http404 from None
    return render(request, "communities/my_away.html", {"address": address})


@never_cache
@require_safe
@customer_door()
def live(request: CustomerRequest) -> HttpResponse:
    """The numbers of some groups, once, for pages that cannot hold a connection."""
    groups = groups_of(request.GET.get("t", ""))
    if not groups:
        return HttpResponse(status=204)
    return JsonResponse(numbers_of(groups=groups, placements=()))
