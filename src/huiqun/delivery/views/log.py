"""Who received what, when and in which words: searched, read again, taken away."""

from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from huiqun.delivery import actions
from huiqun.delivery.queries.log_pages import LogAsked, shown, words_as_sent
from huiqun.delivery.queries.message_log import Place, message_log
from huiqun.delivery.rules.refusals import LogNeedsSubject
from huiqun.delivery.rules.states import CHANNEL_WORDS, SENDING, TOUCH_WORDS
from huiqun.delivery.views.roles import LOG_READERS, LOG_TAKERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "message log"


@never_cache
@require_GET
@staff_door(*LOG_READERS)
def log_page(request: StaffRequest) -> HttpResponse:
    asked = LogAsked.of(request.GET)
    context: dict[str, Any] = {
        "asked": asked,
        "channels": [(key, _(CHANNEL_WORDS[key])) for key in SENDING],
        "kinds": [(kind.value, _(words)) for kind, words in TOUCH_WORDS.items()],
        "may_take": request.staff.has_role(*LOG_TAKERS),
    }
    if not asked.is_empty:
        found = message_log(asked.query(request.staff), after=_place(request))
        following = _signed(found.after) if found.after else ""
        context["page"] = Page(rows=found.lines, next=following, previous="")
        context["is_first"] = "after" not in request.GET
        context["lines"] = shown(found.lines, staff=request.staff)
    return render(request, "delivery/message_log.html", context)


@never_cache
@require_GET
@staff_door(*LOG_READERS)
def log_words(request: StaffRequest, recipient_id: int) -> HttpResponse:
    """The approved words as this person got them; what names the person is masked."""
    sent = words_as_sent(recipient_id, staff=request.staff)
    return render(request, "delivery/message_words.html", {"sent": sent})


@require_POST
@staff_door(*LOG_TAKERS)
def log_export(request: StaffRequest) -> HttpResponse:
    asked = LogAsked.of(request.POST)
    if asked.is_empty:
        raise LogNeedsSubject
    content = actions.export_log(
        asked=asked, purpose=request.POST.get("purpose", ""), by=request.staff, now=request.now
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="message-log.xlsx"'
    return response


def _signed(place: Place) -> str:
    return signing.dumps([place.at.isoformat(), place.id], salt=SALT)


def _place(request: HttpRequest) -> Place | None:
    """A place that nobody signed is the first page."""
    try:
        at, number = signing.loads(request.GET.get("after", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Place(datetime.fromisoformat(at), int(number))
