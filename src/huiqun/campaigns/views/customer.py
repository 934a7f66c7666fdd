"""The customer's doors: whoever bears a signed link may act for that one person and campaign."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiqun.benefits.actions import Attempt
from huiqun.benefits.rules import WaitYourTurn
from huiqun.campaigns import actions
from huiqun.campaigns.queries.pages import phone_page as page_of
from huiqun.campaigns.queries.pages import turn_of, why_contacted
from huiqun.delivery import queries as delivery
from huiqun.delivery.queries import Link
from huiqun.foundation.devices import address_of, device_of, keep_device
from huiqun.foundation.http import signed_door

LINK = "the link's token, signed by delivery for one recipient"


class PhoneRequest(HttpRequest):
    now: datetime


@never_cache
@require_safe
@signed_door(by=LINK)
def phone_page(request: PhoneRequest, token: str) -> HttpResponse:
    """Reading changes nothing: prefetchers and link scanners fetch pages too, and are not counted."""
    link = delivery.read_link(token)
    context = {"page": page_of(link, now=request.now), "token": token}
    return render(request, "campaigns/phone_page.html", context)


@require_POST
@signed_door(by=LINK)
def phone_seen(request: PhoneRequest, token: str) -> HttpResponse:
    """The page's script says that a person has it on the screen."""
    actions.see_page(
        link=delivery.read_link(token),
        user_agent=request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", ""),
        now=request.now,
    )
    return HttpResponse(status=204)


def _act(request: PhoneRequest, token: str, action: Callable[[Link, datetime], object]) -> HttpResponse:
    action(delivery.read_link(token), request.now)
    return redirect("phone_page", token)


@require_POST
@signed_door(by=LINK)
def phone_join(request: PhoneRequest, token: str) -> HttpResponse:
    return _act(request, token, lambda link, now: actions.join_campaign(link=link, now=now))


@require_POST
@signed_door(by=LINK)
def phone_interested(request: PhoneRequest, token: str) -> HttpResponse:
    return _act(request, token, lambda link, now: actions.express_interest(link=link, now=now))


@require_POST
@signed_door(by=LINK)
def phone_claim(request: PhoneRequest, token: str) -> HttpResponse:
    """Who is told to wait keeps the place; the browser asks again by itself."""
    device = device_of(request)
    attempt = Attempt(device=device, address=address_of(request))
    try:
        actions.claim_offer(link=delivery.read_link(token), now=request.now, attempt=attempt)
        answer: HttpResponse = redirect("phone_page", token)
    except WaitYourTurn as wait:
        answer = redirect("phone_turn", token)
        answer["Retry-After"] = str(wait.values["seconds"])
    return keep_device(answer, device)


@never_cache
@require_safe
@signed_door(by=LINK)
def phone_turn(request: PhoneRequest, token: str) -> HttpResponse:
    """Where one stands in line. Looking serves nobody: the tap and the clock do."""
    place = turn_of(delivery.read_link(token))
    if place is None:
        return redirect("phone_page", token)
    if place.refusal:
        raise place.refusal
    response = render(request, "campaigns/phone_turn.html", {"place": place, "token": token}, status=503)
    response["Retry-After"] = response["Refresh"] = str(place.ask_again_seconds)
    return response


@never_cache
@require_safe
@signed_door(by=LINK)
def phone_why(request: PhoneRequest, token: str) -> HttpResponse:
    link = delivery.read_link(token)
    return render(request, "campaigns/phone_why.html", {"why": why_contacted(link), "token": token})


@csrf_exempt  # a mail programme's one-click POST carries no cookie; the token in the address is the proof
@never_cache
@require_http_methods(["GET", "POST"])
@signed_door(by=LINK)
def phone_unsubscribe(request: PhoneRequest, token: str) -> HttpResponse:
    """GET asks (scanners follow links), POST does."""
    link = delivery.read_link(token)
    if request.method == "POST":
        actions.opt_out(token=token, now=request.now)
    context = {"token": token, "done": request.method == "POST", "channel": link.channel}
    return render(request, "campaigns/phone_unsubscribe.html", context)
