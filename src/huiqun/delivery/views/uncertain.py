"""Messages of unknown outcome: looked at and decided by people."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.queries.uncertain import uncertain_rows
from huiqun.delivery.rules.doubt import RESOLUTION_WORDS, Resolution
from huiqun.delivery.rules.refusals import NothingUncertain
from huiqun.delivery.views.roles import DRIVERS, WATCHERS
from huiqun.delivery.views.staff import run_words
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound


@require_GET
@staff_door(*WATCHERS)
def run_uncertain(request: StaffRequest, run_id: int) -> HttpResponse:
    run = queries.visible_run(run_id, request.staff)
    page = keyset_page(uncertain_rows(run_id), request.GET, order=("id",), size=50)
    ids = [row.customer_id for row in page.rows]
    cards = {card.id: card for card in customers.customer_cards(ids=ids, staff=request.staff)}
    people = [
        {"row": row, "card": cards.get(row.customer_id), "key": f"{run.key}-{row.pk}"} for row in page.rows
    ]
    context: dict[str, Any] = {
        **run_words(run),
        "page": page,
        "people": people,
        "resolutions": [(key.value, _(words)) for key, words in RESOLUTION_WORDS.items()],
        "may_decide": request.staff.has_role(*DRIVERS),
        "may_search": request.staff.has_role(*DRIVERS, Role.AUDITOR),
    }
    return render(request, "delivery/run_uncertain.html", context)


@require_POST
@staff_door(*DRIVERS)
def run_resolve(request: StaffRequest, run_id: int) -> HttpResponse:
    queries.visible_run(run_id, request.staff)
    ids = [int(number) for number in request.POST.getlist("recipient") if number.isdigit()]
    resolution = request.POST.get("resolution", "")
    if not ids:
        raise NothingUncertain
    if resolution not in set(Resolution):
        raise NotFound
    count = actions.resolve_uncertain(
        run_id=run_id, recipient_ids=ids, resolution=resolution, by=request.staff, now=request.now
    )
    done = ngettext("%(count)s message is decided.", "%(count)s messages are decided.", count)
    messages.success(request, done % {"count": count})
    return redirect("delivery:run_uncertain", run_id)
