"""Staff doors: the list, a new plan, the plan itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.campaigns import actions, queries
from huiqun.campaigns.forms import NewCampaignForm, PlanForm
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.playbooks import playbooks
from huiqun.campaigns.queries.overview import overview
from huiqun.campaigns.views.roles import READERS
from huiqun.campaigns.words import Kind, State
from huiqun.compliance import queries as compliance
from huiqun.foundation import panels
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date, local_time
from huiqun.lib.numbers import whole
from huiqun.products import queries as products


@require_GET
@staff_door(*READERS)
def campaign_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("words", "state", "kind")}
    page = keyset_page(queries.campaign_list(staff=request.staff, **asked), request.GET)
    context = {
        "page": page,
        "asked": asked,
        "states": State.choices,
        "kinds": Kind.choices,
        "may_plan": request.staff.has_role(Role.MARKETER),
    }
    return render(request, "campaigns/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_new(request: StaffRequest) -> HttpResponse:
    form = NewCampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        campaign_id = actions.create_campaign(**form.cleaned_data, by=request.staff, now=request.now)
        return redirect("campaigns:campaign_detail", campaign_id)
    context = {"form": form, "playbooks": playbooks().values(), "english": get_language() == "en"}
    return render(request, "campaigns/new.html", context)


@require_GET
@staff_door(*READERS)
def campaign_detail(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    context = {
        "campaign": campaign,
        "view": overview(campaign, staff=request.staff, now=request.now),
        "stages": campaign.stages.all(),
        "panels": panels.render("campaign", request, campaign_id),
        "may_edit": request.staff.has_role(Role.MARKETER) and campaign.is_editable,
        "may_pause": request.staff.has_role(Role.MARKETER, Role.OPERATOR, Role.RISK_OFFICER),
        "may_resume": request.staff.has_role(Role.MARKETER, Role.OPERATOR),
        "may_cancel": request.staff.has_role(Role.MARKETER, Role.RISK_OFFICER),
    }
    return render(request, "campaigns/detail.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_plan(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    form = PlanForm(request.POST or None, initial=_initial(campaign), **_choices(request, campaign))
    if request.method == "POST" and form.is_valid():
        actions.edit_plan(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            changes=form.changes(),
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_detail", campaign_id)
    context = {"campaign": campaign, "form": form}
    return render(request, "campaigns/plan.html", context, status=422 if form.errors else 200)


def edition_seen(request: StaffRequest) -> int:
    """The edition that the person had before them; 0 (which none is) when the page did not say."""
    return whole(request.POST.get("edition", ""))


def _initial(campaign: Campaign) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(campaign, name, None) for name in PlanForm.base_fields}
    for moment in ("start_at", "end_at"):
        initial[moment] = local_time(initial[moment]) if initial[moment] else None
    money, share = f"{campaign.budget_fen / 100:.2f}", f"{campaign.control_share / 100:g}"
    prize = "" if campaign.top_prize_fen is None else f"{campaign.top_prize_fen / 100:.2f}"
    named = [str(each) for each in campaign.permission_ids]
    return initial | {"budget": money, "control": share, "top_prize": prize, "permission_ids": named}


def _choices(request: StaffRequest, campaign: Campaign) -> dict[str, list[tuple[str, str]]]:
    today = local_date(request.now)
    shelf = products.products_on_sale(on=today, staff=request.staff)
    labels = dict(products.kind_choices())
    return {
        "products": [(p.code, f"{p.code} {p.name}") for p in shelf],
        "kinds": [(kind, labels[kind]) for kind in sorted({p.kind for p in shelf})],
        "permissions": compliance.permission_choices(branch_id=campaign.branch_id, on=today),
    }
