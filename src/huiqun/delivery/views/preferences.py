"""The preference centre, behind the link of a message. Who only bears the link may say no to what the link is about;
everything else is personal and asks for a one-time code."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions.preferences import SOURCE
from huiqun.delivery.queries import Link
from huiqun.delivery.rules.codes import CODE_SECONDS, VISIT_SECONDS
from huiqun.delivery.rules.refusals import CodesTooMany, CodeWrong, NotRecognised, NoWayToSendACode
from huiqun.delivery.views.choosing import answer_consent
from huiqun.delivery.views.public import LINK, PublicRequest
from huiqun.delivery.views.recognising import COOKIE, remember
from huiqun.foundation.http import sentence_of, signed_door
from huiqun.lib.refusal import Refusal


@never_cache
@require_safe
@signed_door(by=LINK)
def preferences(request: PublicRequest, token: str) -> HttpResponse:
    link = queries.read_link(token)
    if _is_recognised(request, link):
        context = {
            "choices": customers.consent_choices(customer_id=link.customer_id),
            "topics": queries.topics_of(link.customer_id),
            "minutes": VISIT_SECONDS // 60,
        }
        at = {
            name: reverse(f"preferences_{name}", args=[token])
            for name in ("consent", "topic", "stop", "leave")
        }
        return render(
            request, "delivery/preferences.html", context | {"at": at, "shell": "foundation/phone.html"}
        )
    return _ask(request, token, link)


def _ask(request: PublicRequest, token: str, link: Link, *, refusal: Refusal | None = None) -> HttpResponse:
    """Who are you, and what may be said without an answer; ``refusal``: why it is asked again."""
    waits = queries.code_waits(customer_id=link.customer_id, now=request.now)
    context = {
        "problem": sentence_of(refusal) if refusal else "",
        "token": token,
        "channel": link.channel,
        "topic": queries.topic_labels().get(link.topic, ""),
        "waits": waits,
        "contact": queries.masked_contact(link.customer_id) if waits else "",
        "minutes": CODE_SECONDS // 60,
    }
    status = refusal.status if refusal else 200
    return render(request, "delivery/preferences_ask.html", context, status=status)


@require_POST
@signed_door(by=LINK)
def preferences_code(request: PublicRequest, token: str) -> HttpResponse:
    """Send a code to the number or address on file."""
    link = queries.read_link(token)
    try:
        actions.send_code(customer_id=link.customer_id, now=request.now)
    except (CodesTooMany, NoWayToSendACode) as refusal:
        return _ask(request, token, link, refusal=refusal)
    return redirect("preferences", token)


@require_POST
@signed_door(by=LINK)
def preferences_enter(request: PublicRequest, token: str) -> HttpResponse:
    link = queries.read_link(token)
    code = request.POST.get("code", "")[:20]
    try:
        secret = actions.open_visit(customer_id=link.customer_id, code=code, now=request.now)
    except CodeWrong as refusal:
        return _ask(request, token, link, refusal=refusal)
    return remember(request, secret, redirect("preferences", token))


@require_POST
@signed_door(by=LINK)
def preferences_leave(request: PublicRequest, token: str) -> HttpResponse:
    queries.read_link(token)
    actions.end_visit(secret=request.COOKIES.get(COOKIE, ""), now=request.now)
    response = redirect("preferences", token)
    response.delete_cookie(COOKIE)
    return response


@require_POST
@signed_door(by=LINK)
def preferences_topic(request: PublicRequest, token: str) -> HttpResponse:
    """Refuse a topic or allow it again. The message's own topic may be refused without a code: it is a no, and
    shows nothing."""
    link = queries.read_link(token)
    topic, wanted = request.POST.get("topic", "") or link.topic, request.POST.get("wanted") == "yes"
    if wanted or topic != link.topic:
        _require_recognised(request, link)
    if wanted:
        actions.allow_topic(customer_id=link.customer_id, topic=topic, source=SOURCE, now=request.now)
        messages.success(request, _("Saved. You hear from us about this topic again."))
    else:
        actions.refuse_topic(customer_id=link.customer_id, topic=topic, source=SOURCE, now=request.now)
        messages.success(request, _("Saved. You get no more marketing about this topic."))
    return redirect("preferences", token)


@require_POST
@signed_door(by=LINK)
def preferences_consent(request: PublicRequest, token: str) -> HttpResponse:
    """Agree to the text that the page showed, or take an agreement back."""
    link = queries.read_link(token)
    _require_recognised(request, link)
    answer_consent(request, link.customer_id, request.now)
    return redirect("preferences", token)


@require_POST
@signed_door(by=LINK)
def preferences_stop(request: PublicRequest, token: str) -> HttpResponse:
    """No more marketing by any channel."""
    link = queries.read_link(token)
    _require_recognised(request, link)
    actions.stop_all_marketing(customer_id=link.customer_id, now=request.now)
    messages.success(request, _("Saved. You get no more marketing from us."))
    return redirect("preferences", token)


def _is_recognised(request: PublicRequest, link: Link) -> bool:
    secret = request.COOKIES.get(COOKIE, "")
    return queries.is_recognised(customer_id=link.customer_id, secret=secret, now=request.now)


def _require_recognised(request: PublicRequest, link: Link) -> None:
    if not _is_recognised(request, link):
        raise NotRecognised
