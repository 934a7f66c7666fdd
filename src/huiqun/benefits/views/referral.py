"""Doors of referral: staff plan and watch, customers invite, anybody reads an invitation."""

import io
from datetime import datetime
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from huiqun.benefits import actions
from huiqun.benefits.actions.referral_programmes import is_open
from huiqun.benefits.models import REFERRAL_COLOURS, REFERRAL_LABELS, Benefit, ReferralProgramme
from huiqun.benefits.queries import referral as queries
from huiqun.benefits.rules import Way
from huiqun.benefits.rules.referral import WHY_WORDS, NumberWrong, ProgrammeTerms, ReferralState, Why
from huiqun.customers import queries as customers
from huiqun.foundation.devices import device_of, keep_device
from huiqun.foundation.http import (
    CustomerRequest,
    StaffRequest,
    customer_door,
    public_door,
    sentence_of,
    staff_door,
)
from huiqun.foundation.models import Staff
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound, Refusal

PLANNERS = (Role.MARKETER,)
READERS = (Role.MARKETER, Role.RISK_OFFICER)


class PublicRequest(HttpRequest):
    now: datetime


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    referrer_benefit_id = forms.TypedChoiceField(label=gettext_lazy("Reward of the referrer"), coerce=int)
    referee_benefit_id = forms.TypedChoiceField(label=gettext_lazy("Reward of who is brought"), coerce=int)
    first_day = _day(gettext_lazy("First day of inviting"))
    last_day = _day(gettext_lazy("Last day of inviting"))
    window_days = forms.IntegerField(label=gettext_lazy("Days to convert after the invitation"), initial=30)
    per_day = forms.IntegerField(label=gettext_lazy("Rewards of a referrer a day"), initial=5)
    in_all = forms.IntegerField(label=gettext_lazy("Rewards of a referrer in all"), initial=50)
    conversion = forms.CharField(
        label=gettext_lazy("What counts (kind of delivered transaction)"),
        initial="account_opened",
        max_length=40,
    )
    reversal_kind = forms.CharField(
        label=gettext_lazy("What takes it back (kind of delivered transaction)"),
        initial="account_closed",
        max_length=40,
        required=False,
    )
    words = forms.CharField(label=gettext_lazy("Terms in plain words"), widget=forms.Textarea)

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = (
            Benefit.objects.visible_to(staff).filter(way=Way.GRANT).exclude(frozen_digest="").order_by("-pk")
        )
        choices = [(row.pk, row.name) for row in ready[:200]]
        for name in ("referrer_benefit_id", "referee_benefit_id"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@require_GET
@staff_door(*READERS)
def referral_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(queries.programme_rows(request.staff), request.GET)
    rows = [(row, *_state(row, request.now)) for row in page.rows]
    may_plan = request.staff.has_role(*PLANNERS)
    return render(request, "benefits/referral_list.html", {"page": page, "rows": rows, "may_plan": may_plan})


def _state(row: ReferralProgramme, now: datetime) -> tuple[str, str]:
    if not row.opened_at:
        return _("Waits for a colleague to open it"), "gold"
    return (_("Open for inviting"), "green") if is_open(row, now) else (_("Inviting has ended"), "grey")


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS)
def referral_add(request: StaffRequest) -> HttpResponse:
    form = ProgrammeForm(request.staff, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            terms = ProgrammeTerms(**form.cleaned_data)
            programme_id = actions.plan_referral(terms=terms, by=request.staff, now=request.now)
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Planned. A colleague opens it."))
            return redirect("benefits:referral_page", programme_id)
    return render(request, "benefits/referral_form.html", {"form": form})


@require_GET
@staff_door(*READERS)
def referral_page(request: StaffRequest, programme_id: int) -> HttpResponse:
    programme = queries.visible_programme(programme_id, request.staff)
    branches = queries.tree(programme)
    ids = {each.referrer_id for each in branches} | {
        leaf.referee_id for each in branches for leaf in each.brought
    }
    known = {card.id: card for card in customers.customer_cards(ids=sorted(ids), staff=request.staff)}
    label, colour = _state(programme, request.now)
    context = {
        "programme": programme,
        "state": (label, colour),
        "branches": [
            {
                "row": each,
                "card": known.get(each.referrer_id),
                "leaves": [_leaf(leaf, known) for leaf in each.brought],
            }
            for each in branches
        ],
        "total_fen": sum(each.value_fen for each in branches),
        "may_open": not programme.opened_at
        and request.staff.has_role(*PLANNERS)
        and programme.made_by_id != request.staff.pk,
        "may_end": programme.opened_at and not programme.ended_at and request.staff.has_role(*READERS),
    }
    return render(request, "benefits/referral_page.html", context)


def _leaf(leaf: Any, known: dict[int, Any]) -> dict[str, Any]:
    state = ReferralState(leaf.state)
    return {
        "row": leaf,
        "card": known.get(leaf.referee_id),
        "state": REFERRAL_LABELS[state],
        "colour": REFERRAL_COLOURS[state],
        "why": _(WHY_WORDS[Why(leaf.why)]) if leaf.why else "",
    }


@require_POST
@staff_door(*PLANNERS)
def referral_open(request: StaffRequest, programme_id: int) -> HttpResponse:
    actions.open_referral(programme_id=programme_id, by=request.staff, now=request.now)
    messages.success(request, _("Open. Customers find it in their pages."))
    return redirect("benefits:referral_page", programme_id)


@require_POST
@staff_door(*READERS)
def referral_end(request: StaffRequest, programme_id: int) -> HttpResponse:
    actions.end_referral(programme_id=programme_id, by=request.staff, now=request.now)
    messages.success(request, _("No more invitations. Those that were made still count."))
    return redirect("benefits:referral_page", programme_id)


@never_cache
@require_safe
@customer_door()
def invite_list(request: CustomerRequest) -> HttpResponse:
    """What a customer may invite to, with their own link."""
    rows, device = [], device_of(request)
    for programme in queries.open_programmes(customer_id=request.customer_id, now=request.now):
        token = actions.referral_link(
            programme_id=programme.pk, customer_id=request.customer_id, device=device, now=request.now
        )
        counted = queries.brought_by(programme.pk, request.customer_id)
        rows.append(
            {
                "programme": programme,
                "link": request.build_absolute_uri(reverse("invite:landing", args=[token])),
                "rewarded": counted.get("rewarded", 0),
                "waiting": counted.get("held", 0) + counted.get("stuck", 0),
                "refused": counted.get("refused", 0) + counted.get("reversed", 0),
            }
        )
    return keep_device(render(request, "benefits/invite_list.html", {"rows": rows}), device)


@never_cache
@require_safe
@customer_door()
def invite_poster(request: CustomerRequest, programme_id: int) -> HttpResponse:
    """The QR of the customer's own link, as a picture to save and print."""
    device = device_of(request)
    token = actions.referral_link(
        programme_id=programme_id, customer_id=request.customer_id, device=device, now=request.now
    )
    picture = io.BytesIO()
    address = request.build_absolute_uri(reverse("invite:landing", args=[token]))
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=4, light="white")
    return keep_device(HttpResponse(picture.getvalue(), content_type="image/svg+xml"), device)


@never_cache
@require_http_methods(["GET", "POST"])
@public_door(reason="an invitation is read by people who are no customers yet")
def landing(request: PublicRequest, invite_token: str) -> HttpResponse:
    link, device = queries.link_of(invite_token), device_of(request)
    context: dict[str, Any] = {
        "programme": link.programme,
        "token": invite_token,
        "is_open": is_open(link.programme, request.now),
    }
    if request.method == "POST":
        phone = request.POST.get("phone", "")[:20]
        try:
            actions.accept_invitation(token=invite_token, phone=phone, device=device, now=request.now)
        except NumberWrong as refusal:
            context |= {"problem": sentence_of(refusal), "phone": phone}
            return render(request, "benefits/invite_landing.html", context, status=refusal.status)
        context["done"] = True
    return keep_device(render(request, "benefits/invite_landing.html", context), device)
