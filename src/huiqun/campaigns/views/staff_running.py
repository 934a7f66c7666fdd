"""Staff doors: submit, withdraw, start, pause, resume, cancel."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.campaigns import actions, queries
from huiqun.campaigns.views.roles import PAUSERS, READERS, RESUMERS, STARTERS, STOPPERS
from huiqun.campaigns.views.staff_plans import edition_seen
from huiqun.delivery import queries as delivery
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.roles import Role


@require_POST
@staff_door(Role.MARKETER)
def campaign_submit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.submit_campaign(
        campaign_id=campaign_id, edition=edition_seen(request), by=request.staff, now=request.now
    )
    messages.success(request, _("Submitted. The reviewers have it now."))
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(Role.MARKETER)
def campaign_withdraw(request: StaffRequest, campaign_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.withdraw_campaign(campaign_id=campaign_id, reason=reason, by=request.staff, now=request.now)
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(*STARTERS)
def campaign_start(request: StaffRequest, campaign_id: int) -> HttpResponse:
    queries.visible_campaign(campaign_id, request.staff)
    actions.start_campaign(campaign_id=campaign_id, by=request.staff, now=request.now)
    messages.success(request, _("Started. Messages go out outside the quiet hours."))
    return redirect("campaigns:campaign_detail", campaign_id)


@require_GET
@staff_door(*READERS)
def campaign_progress(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    if campaign.run_id is None:
        return HttpResponse(status=204)  # nothing to show yet: the page stays as it is
    progress = delivery.run_progress(campaign.run_id, now=request.now)
    return render(request, "campaigns/_progress.html", {"progress": progress})


@require_POST
@staff_door(*PAUSERS)
def campaign_pause(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.pause_campaign(campaign_id=campaign_id, by=request.staff, now=request.now)
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(*RESUMERS)
def campaign_resume(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.resume_campaign(campaign_id=campaign_id, by=request.staff, now=request.now)
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(*STOPPERS)
def campaign_cancel(request: StaffRequest, campaign_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.cancel_campaign(campaign_id=campaign_id, reason=reason, by=request.staff, now=request.now)
    return redirect("campaigns:campaign_detail", campaign_id)
