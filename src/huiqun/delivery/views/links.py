"""Short links: from our own address to the one that was approved."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiqun.delivery import actions, queries
from huiqun.delivery.rules.refusals import LinkExpired, LinkIsRevoked
from huiqun.delivery.views.public import LINK, PublicRequest, visit_of
from huiqun.foundation.http import sentence_of, signed_door, wants_json


@never_cache
@require_safe
@signed_door(by=LINK)
def follow_link(request: PublicRequest, token: str) -> HttpResponse:
    """Lead on, and count who came. The address comes out of the dossier, never out of the request."""
    link = queries.read_link(token)
    if link.number == 0:
        return HttpResponseRedirect(f"/m/{token}/")
    visit = visit_of(request, link)
    if visit.is_ahead:  # a copy kept for later would hide the person who comes with it
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    try:
        address = queries.destination(link, now=request.now)
    except (LinkExpired, LinkIsRevoked) as refusal:
        if wants_json(request):
            raise
        context = {"token": token, "code": refusal.code, "sentence": sentence_of(refusal)}
        return render(request, "delivery/link_closed.html", context, status=refusal.status)
    actions.record_click(link=link, visit=visit, now=request.now)
    response = HttpResponseRedirect(address)
    response["Referrer-Policy"] = "no-referrer"
    return response
