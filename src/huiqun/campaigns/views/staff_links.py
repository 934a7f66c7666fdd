"""Staff doors: the links of a plan, who opened them, and taking one back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.campaigns import actions, queries
from huiqun.campaigns.link_forms import LinksForm
from huiqun.campaigns.links import LinksInvalid
from huiqun.campaigns.queries.links import link_lines, planned_links
from huiqun.campaigns.views.roles import READERS
from huiqun.campaigns.views.staff_plans import edition_seen
from huiqun.delivery.queries import TargetNotAllowed
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.roles import Role
from huiqun.lib.numbers import whole

MAY_REVOKE = (Role.MARKETER, Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER)
MAY_RESTORE = (Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER)


@require_GET
@staff_door(*READERS)
def campaign_links(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    plan = planned_links(campaign)
    context = {
        "campaign": campaign,
        "lines": link_lines(campaign),
        "plan": plan,
        "utm": [(channel, plan.utm(channel)) for channel in campaign.channels],
        "may_edit": request.staff.has_role(Role.MARKETER) and campaign.is_editable,
        "may_revoke": request.staff.has_role(*MAY_REVOKE),
        "may_restore": request.staff.has_role(*MAY_RESTORE),
    }
    return render(request, "campaigns/links.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def links_edit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    initial = LinksForm.initial_of(planned_links(campaign))
    form = LinksForm(request.POST or None, initial=initial, channels=campaign.channels)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_links(
                campaign_id=campaign_id,
                edition=edition_seen(request),
                plan=form.plan(),
                by=request.staff,
                now=request.now,
            )
        except (LinksInvalid, TargetNotAllowed) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return redirect("campaigns:campaign_links", campaign_id)
    context = {"campaign": campaign, "form": form, "hosts": settings.HUIQUN_LINK_HOSTS}
    return render(request, "campaigns/links_form.html", context, status=422 if form.errors else 200)


@require_POST
@staff_door(*MAY_REVOKE, auditor=False)
def link_revoke(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.revoke_link(
        campaign_id=campaign_id,
        number=whole(request.POST.get("number", "")) or 0,
        reason=request.POST.get("reason", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Revoked. Whoever opens this link is told so and led nowhere."))
    return redirect("campaigns:campaign_links", campaign_id)


@require_POST
@staff_door(*MAY_RESTORE, auditor=False)
def link_restore(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.restore_link(
        campaign_id=campaign_id,
        number=whole(request.POST.get("number", "")) or 0,
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The link leads on again."))
    return redirect("campaigns:campaign_links", campaign_id)
