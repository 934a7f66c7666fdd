"""Staff doors: gradual release, planned and live."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.campaigns import actions, queries
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.release import approved, planned, stage_lines
from huiqun.campaigns.release import BECAUSE, ReleaseImpossible
from huiqun.campaigns.release_forms import ReleaseForm
from huiqun.campaigns.views.roles import READERS
from huiqun.campaigns.views.staff_plans import edition_seen
from huiqun.compliance import queries as compliance
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.roles import Role
from huiqun.lib.numbers import whole


@require_GET
@staff_door(*READERS)
def campaign_release(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    return render(request, "campaigns/release.html", _stages(request, campaign))


@require_GET
@staff_door(*READERS)
def release_stages(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The part of the page that asks again by itself while the campaign is under way."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    return render(request, "campaigns/_stages.html", _stages(request, campaign))


def _stages(request: StaffRequest, campaign: Campaign) -> dict[str, object]:
    """What was approved once the campaign has started; what is planned before."""
    approval = compliance.approval_of(campaign.subject)
    started = campaign.started_at is not None and approval is not None and approval.digest
    plan = approved(approval.digest) if started and approval else planned(campaign)
    lines = stage_lines(campaign, plan, now=request.now) if plan.stages else []
    limits = plan.limits
    return {
        "campaign": campaign,
        "lines": lines,
        "limits": [
            (label, most)
            for label, most in (
                (_("Complaints"), limits.complaints),
                (_("Opt-outs"), limits.unsubscribes),
                (_("Failures"), limits.failures),
            )
            if most is not None
        ],
        "least": limits.least,
        "because": {key: _(words) for key, words in BECAUSE.items()},
        "is_live": campaign.state == "running",
        "may_edit": request.staff.has_role(Role.MARKETER) and campaign.is_editable,
        "may_go_on": request.staff.has_role(Role.MARKETER, Role.OPERATOR),
    }


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def release_edit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    form = ReleaseForm(request.POST or None, initial=ReleaseForm.initial_of(planned(campaign)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_release(
                campaign_id=campaign_id,
                edition=edition_seen(request),
                stages=form.stages(),
                limits=form.limits(),
                by=request.staff,
                now=request.now,
            )
        except ReleaseImpossible as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return redirect("campaigns:campaign_release", campaign_id)
    context = {"campaign": campaign, "form": form}
    return render(request, "campaigns/release_form.html", context, status=422 if form.errors else 200)


@require_POST
@staff_door(Role.MARKETER, Role.OPERATOR)
def release_go_on(request: StaffRequest, campaign_id: int) -> HttpResponse:
    queries.visible_campaign(campaign_id, request.staff)
    number = whole(request.POST.get("number", ""))
    actions.go_on(campaign_id=campaign_id, number=number, by=request.staff, now=request.now)
    messages.success(request, _("The next stage is released."))
    return redirect("campaigns:campaign_release", campaign_id)
