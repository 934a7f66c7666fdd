"""Campaigns for the bank's other programs: the same actions and refusals as on the pages."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from huiqun.campaigns import actions, api, queries
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.views.roles import PAUSERS, RESUMERS, STARTERS, STOPPERS
from huiqun.campaigns.words import Kind, State
from huiqun.compliance import queries as reviews
from huiqun.foundation.api import ApiRequest, api_door
from huiqun.foundation.api_forms import PageForm, in_body, in_query, listed, said


class CampaignsForm(PageForm):
    state = forms.ChoiceField(
        choices=[("", ""), *((each.value, each.value) for each in State)], required=False
    )
    kind = forms.ChoiceField(choices=[("", ""), *((each.value, each.value) for each in Kind)], required=False)


class StopForm(forms.Form):
    reason = forms.CharField(max_length=200)


@require_GET
@api_door(scope=api.READ)
def campaigns(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, CampaignsForm)
    rows = queries.campaign_list(staff=asked.staff, state=given["state"], kind=given["kind"])
    return listed(rows, given, _campaign)


@require_GET
@api_door(scope=api.READ)
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    found = queries.visible_campaign(campaign_id, cast(ApiRequest, request).staff)
    approval = reviews.approval_of(found.subject)
    told = {"state": approval.state, "digest": approval.digest} if approval else None
    return said({**_campaign(found), "approval": told})


@require_POST
@api_door(scope=api.DRIVE, roles=STARTERS, once=True)
def start(request: HttpRequest, campaign_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    queries.visible_campaign(campaign_id, asked.staff)
    actions.start_campaign(campaign_id=campaign_id, by=asked.staff, now=asked.now)
    return _now(asked, campaign_id)


@require_POST
@api_door(scope=api.DRIVE, roles=PAUSERS, once=True)
def pause(request: HttpRequest, campaign_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    actions.pause_campaign(campaign_id=campaign_id, by=asked.staff, now=asked.now)
    return _now(asked, campaign_id)


@require_POST
@api_door(scope=api.DRIVE, roles=RESUMERS, once=True)
def resume(request: HttpRequest, campaign_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    actions.resume_campaign(campaign_id=campaign_id, by=asked.staff, now=asked.now)
    return _now(asked, campaign_id)


@require_POST
@api_door(scope=api.DRIVE, roles=STOPPERS, once=True)
def stop(request: HttpRequest, campaign_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    reason = in_body(asked, StopForm)["reason"]
    actions.cancel_campaign(campaign_id=campaign_id, reason=reason, by=asked.staff, now=asked.now)
    return _now(asked, campaign_id)


def _now(asked: ApiRequest, campaign_id: int) -> HttpResponse:
    found = queries.visible_campaign(campaign_id, asked.staff)
    return said({"campaign_id": found.pk, "state": found.state, "run_id": found.run_id})


def _campaign(found: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": found.pk,
        "subject": found.subject,
        "name": found.name,
        "kind": found.kind,
        "state": found.state,
        "branch": found.branch.code,
        "start_at": found.start_at,
        "end_at": found.end_at,
        "started_at": found.started_at,
        "run_id": found.run_id,
        "snapshot_id": found.snapshot_id,
    }
