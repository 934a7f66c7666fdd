"""Staff doors: what is known of a campaign's reach before it starts."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.campaigns import actions, queries
from huiqun.campaigns.forms import SENDING
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.calendar import calendar, conflicts, counted
from huiqun.campaigns.queries.estimates import estimate_of
from huiqun.campaigns.queries.sizes import size_limits, sizes_of
from huiqun.campaigns.views.roles import READERS
from huiqun.compliance import queries as compliance
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Branch
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole

SECONDERS = (Role.RISK_OFFICER, *REVIEWERS)


@require_GET
@staff_door(*READERS)
def campaign_reach(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    approval = compliance.approval_of(campaign.subject)
    context = _estimate(request, campaign) | {
        "conflicts": counted(
            conflicts(campaign, staff=request.staff), campaign, today=local_date(request.now)
        ),
        "sizes": sizes_of(campaign, digest=approval.digest) if approval and approval.digest else None,
        "limits": size_limits(),
        "may_second": campaign.state == "approved" and request.staff.has_role(*SECONDERS),
    }
    return render(request, "campaigns/reach.html", context)


@require_GET
@staff_door(*READERS)
def reach_estimate(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The part that asks again by itself while the estimate is being worked out."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    return render(request, "campaigns/_estimate.html", _estimate(request, campaign))


def _estimate(request: StaffRequest, campaign: Campaign) -> dict[str, Any]:
    may = request.staff.has_role(Role.MARKETER) and campaign.is_editable
    return {"campaign": campaign, "estimate": estimate_of(campaign), "may_estimate": may}


@require_POST
@staff_door(Role.MARKETER)
def reach_ask(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.ask_estimate(campaign_id=campaign_id, by=request.staff, now=request.now)
    return redirect("campaigns:campaign_reach", campaign_id)


@require_POST
@staff_door(*SECONDERS)
def size_approve(request: StaffRequest, campaign_id: int) -> HttpResponse:
    actions.approve_size(campaign_id=campaign_id, by=request.staff, now=request.now)
    messages.success(request, _("The size is approved. The campaign may start."))
    return redirect("campaigns:campaign_reach", campaign_id)


class LimitsForm(forms.Form):
    second_from = forms.IntegerField(
        label=gettext_lazy("Second approval from (customers)"), min_value=1, max_value=2_000_000_000
    )
    most_percent = forms.IntegerField(
        label=gettext_lazy("Stop when the audience has changed by more than (%)"),
        min_value=0,
        max_value=1_000,
    )


@require_http_methods(["GET", "POST"])
@staff_door(Role.RISK_OFFICER, auditor=False)
def size_limits_edit(request: StaffRequest) -> HttpResponse:
    limits = size_limits()
    form = LimitsForm(
        request.POST or None,
        label_suffix="",
        initial={"second_from": limits.second_from, "most_percent": limits.most_percent},
    )
    if request.method == "POST" and form.is_valid():
        actions.set_size_limits(**form.cleaned_data, by=request.staff, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("campaigns:size_limits")
    status = 422 if form.errors else 200
    return render(request, "campaigns/size_limits.html", {"form": form}, status=status)


@require_GET
@staff_door(*READERS)
def calendar_page(request: StaffRequest) -> HttpResponse:
    """A month, or the week that ``on`` is in; "" is today's."""
    is_week = request.GET.get("span") == "week"
    first, days = _span(_day(request.GET.get("on", "")) or local_date(request.now), is_week)
    branch_id, channel = whole(request.GET.get("branch", "")), request.GET.get("channel", "")
    view = calendar(
        staff=request.staff, first=first, days=days, now=request.now, branch_id=branch_id, channel=channel
    )
    context = {
        "view": view,
        "first": first,
        "last": first + timedelta(days=days - 1),
        "before": (first - timedelta(days=1)).isoformat(),
        "after": (first + timedelta(days=days)).isoformat(),
        "is_week": is_week,
        "branches": Branch.objects.visible_to(request.staff).order_by("path"),
        "branch_id": branch_id,
        "channel": channel,
        "channels": SENDING,
    }
    return render(request, "campaigns/calendar.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _span(on: date, is_week: bool) -> tuple[date, int]:
    if is_week:
        return on - timedelta(days=on.weekday()), 7
    first = on.replace(day=1)
    return first, ((first + timedelta(days=32)).replace(day=1) - first).days
