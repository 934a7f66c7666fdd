"""Staff doors: audience, page, offer, targets and team of a plan."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiqun.audiences import queries as audiences
from huiqun.benefits import queries as benefits
from huiqun.campaigns import actions, queries
from huiqun.campaigns.forms import OfferForm, PageForm, TargetsForm, TeamForm
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.views.staff_plans import edition_seen
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_time
from huiqun.lib.numbers import whole


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_audience(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    chosen = whole(request.POST.get("audience", ""))
    if request.method == "POST" and chosen:
        actions.choose_audience(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            audience_id=chosen,
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_detail", campaign_id)
    context = {"campaign": campaign, "choices": audiences.audience_choices(request.staff)}
    return render(request, "campaigns/audience.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_page(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    form = PageForm(request.POST or None, initial={"title": campaign.page_title, "body": campaign.page_body})
    if request.method == "POST" and form.is_valid():
        actions.edit_page(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            **form.cleaned_data,
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_detail", campaign_id)
    return _form(request, campaign, form, _("Page for customers"), copy="page")


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_offer(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    offer = benefits.offer_of(campaign.subject)
    initial = OfferForm.initial_of(offer.terms) if offer else _blank_offer(campaign, request.now)
    form = OfferForm(request.POST or None, initial=initial, kept=str(offer.terms.kind) if offer else "")
    removes = request.method == "POST" and "remove" in request.POST
    if removes or (request.method == "POST" and form.is_valid()):
        actions.edit_offer(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            terms=None if removes else form.as_terms(offer.terms if offer else None),
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_detail", campaign_id)
    return _form(request, campaign, form, _("Offer"), copy="offer", removable=offer is not None)


def _blank_offer(campaign: Campaign, now: datetime) -> dict[str, object]:
    if campaign.end_at is None:
        return {}
    end = local_time(campaign.end_at)
    return {"claim_start_at": local_time(now), "claim_end_at": end, "use_last_date": end.date()}


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_targets(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    targets = campaign.targets.values_list("metric", "target")
    form = TargetsForm(request.POST or None, initial={metric: target / 100 for metric, target in targets})
    if request.method == "POST" and form.is_valid():
        actions.edit_targets(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            targets=form.targets(),
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_detail", campaign_id)
    return _form(request, campaign, form, _("Targets"))


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def campaign_team(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    colleagues = Staff.objects.visible_to(request.staff).filter(is_active=True)
    form = TeamForm(request.POST or None, colleagues=colleagues)
    members = list(campaign.team.values_list("staff_id", "duty"))
    if request.method == "POST" and ("remove" in request.POST or form.is_valid()):
        if "remove" in request.POST:
            members = [m for m in members if f"{m[0]}:{m[1]}" != request.POST["remove"]]
        else:
            members.append((form.cleaned_data["staff"].pk, form.cleaned_data["duty"]))
        actions.edit_team(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            members=members,
            by=request.staff,
            now=request.now,
        )
        return redirect("campaigns:campaign_team", campaign_id)
    context = {"campaign": campaign, "form": form, "team": campaign.team.select_related("staff__branch")}
    return render(request, "campaigns/team.html", context)


def _form(
    request: StaffRequest, campaign: Campaign, form: object, title: str, **more: object
) -> HttpResponse:
    context = {"campaign": campaign, "form": form, "title": title, **more}
    return render(
        request, "campaigns/form.html", context, status=422 if getattr(form, "errors", None) else 200
    )
