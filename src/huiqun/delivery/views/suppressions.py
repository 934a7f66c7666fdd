"""Those not to be written to: searched, brought in by file, taken away, lifted."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import queries as customers
from huiqun.delivery import actions
from huiqun.delivery.models import SuppressionList
from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.delivery.models.suppression_lists import EFFECT_COLOURS, Effect
from huiqun.delivery.queries import suppressions as queries
from huiqun.delivery.rules.refusals import BlockReasonMissing, ListUnreadable
from huiqun.delivery.rules.states import CHANNEL_WORDS, SENDING
from huiqun.delivery.rules.suppression_files import MOST_BYTES
from huiqun.delivery.views.block_forms import BlockForm
from huiqun.delivery.views.roles import BLOCK_KEEPERS, BLOCK_READERS
from huiqun.foundation.downloads import csv_response
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.words import gettext_noop

HEADER = ("客户号", "渠道", "原因", "起始日", "到期日")
SAMPLE = (
    ("客户号", "手机号SHA256", "邮箱SHA256", "渠道", "原因", "到期日"),
    ("C0000001", "", "", "全部", "投诉", ""),
    ("C0000002", "", "", "短信", "客户要求", "2027-12-31"),
)


@require_GET
@staff_door(*BLOCK_READERS)
def suppression_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "channel", "reason", "ended")}
    rows = queries.blocked(staff=request.staff, asked=asked, now=request.now)
    page = keyset_page(rows, request.GET)
    lists = SuppressionList.objects.visible_to(request.staff).select_related("brought_by").order_by("-pk")[:8]
    context = {
        "page": page,
        "blocked": queries.shown(list(page.rows), staff=request.staff, now=request.now),
        "lifts": queries.open_lifts(request.staff),
        "lists": lists,
        "asked": asked,
        "reasons": SUPPRESSION_REASONS,
        "channels": [(key, _(CHANNEL_WORDS[key])) for key in SENDING],
        "may_keep": request.staff.has_role(*BLOCK_KEEPERS),
    }
    return render(request, "delivery/suppression_list.html", context)


@require_POST
@staff_door(*BLOCK_KEEPERS)
def suppression_export(request: StaffRequest) -> HttpResponse:
    """What the search shows, without names and numbers of people, as a file that can be brought in again."""
    asked = {name: request.POST.get(name, "").strip() for name in ("q", "channel", "reason", "ended")}
    rows = queries.blocked(staff=request.staff, asked=asked, now=request.now)
    actions.note_export(
        count=rows.count(), purpose=request.POST.get("purpose", ""), by=request.staff, now=request.now
    )
    lines = queries.export_lines(rows, staff=request.staff, now=request.now)
    return csv_response(chain([HEADER], lines), name="suppressions.csv")


@require_POST
@staff_door(*BLOCK_KEEPERS)
def customer_block(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One person, by hand, from the customer's page."""
    customers.visible_customer(customer_id, request.staff)
    form = BlockForm(request.POST)
    if not form.is_valid():
        raise BlockReasonMissing
    actions.block_customer(customer_id=customer_id, **form.cleaned_data, by=request.staff, now=request.now)
    messages.success(request, _("Blocked. What was waiting to be sent has been dropped."))
    return redirect("customers:customer_page", customer_id)


@require_POST
@staff_door(*BLOCK_KEEPERS)
def suppression_lift(request: StaffRequest, suppression_id: int) -> HttpResponse:
    done = actions.ask_to_lift(
        suppression_id=suppression_id,
        reason=request.POST.get("reason", ""),
        by=request.staff,
        now=request.now,
    )
    if done == "lifted":
        messages.success(request, _("The block is lifted. Consent is still the customer's to give."))
    else:
        messages.success(
            request, _("Asked. A second person decides, because the block stands for a complaint.")
        )
    return redirect("delivery:suppression_list")


@require_POST
@staff_door(*BLOCK_KEEPERS)
def lift_decide(request: StaffRequest, lift_id: int) -> HttpResponse:
    agrees = request.POST.get("decision") == "agree"
    actions.decide_lift(lift_id=lift_id, agrees=agrees, by=request.staff, now=request.now)
    messages.success(request, _("The block is lifted.") if agrees else _("The block stays."))
    return redirect("delivery:suppression_list")


@require_POST
@staff_door(*BLOCK_KEEPERS)
def list_new(request: StaffRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise ListUnreadable(problem=gettext_noop("no file came with the form"))
    content = file.read(MOST_BYTES + 1)
    list_id = actions.bring_list(
        content=content, file_name=file.name or "", by=request.staff, now=request.now
    )
    return redirect("delivery:list_page", list_id)


@require_GET
@staff_door(*BLOCK_READERS)
def list_sample(request: StaffRequest) -> HttpResponse:
    return csv_response(SAMPLE, name="suppressions-sample.csv")


@require_GET
@staff_door(*BLOCK_READERS)
def list_page(request: StaffRequest, list_id: int) -> HttpResponse:
    """What each line would do, or did."""
    found = queries.visible_list(list_id, request.staff)
    effect = request.GET.get("effect", "")
    page = keyset_page(queries.lines_of(found, effect=effect), request.GET, order=("line", "id"), size=50)
    context = {
        "list": found,
        "page": page,
        "effect": effect,
        "tiles": _tiles(found),
        "same_file": queries.same_file(found) if found.state == "checked" else None,
        "channels": {key: _(words) for key, words in CHANNEL_WORDS.items() if words},
        "may_keep": request.staff.has_role(*BLOCK_KEEPERS),
    }
    return render(request, "delivery/list_page.html", context)


def _tiles(found: SuppressionList) -> list[dict[str, Any]]:
    return [
        {
            "key": effect.value,
            "label": effect.label,
            "colour": EFFECT_COLOURS[effect],
            "count": found.tally.get(effect.value, 0),
        }
        for effect in Effect
    ]


@require_POST
@staff_door(*BLOCK_KEEPERS)
def list_apply(request: StaffRequest, list_id: int) -> HttpResponse:
    tally = actions.apply_list(list_id=list_id, by=request.staff, now=request.now)
    count = tally.get(Effect.NEW, 0) + tally.get(Effect.LONGER, 0)
    messages.success(request, _("Taken in: %(count)s lines block somebody from now on.") % {"count": count})
    return redirect("delivery:list_page", list_id)


@require_POST
@staff_door(*BLOCK_KEEPERS)
def list_discard(request: StaffRequest, list_id: int) -> HttpResponse:
    actions.discard_list(list_id=list_id, by=request.staff, now=request.now)
    messages.success(request, _("Discarded. Nobody was blocked by it."))
    return redirect("delivery:suppression_list")
