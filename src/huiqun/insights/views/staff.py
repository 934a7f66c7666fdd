"""Staff doors: results, the people behind each number, export and report."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiqun.campaigns import queries as campaigns
from huiqun.customers import queries as customers
from huiqun.delivery import queries as delivery
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.insights.queries.charts import day_chart, funnel_chart
from huiqun.insights.queries.lists import COLUMNS, people_behind
from huiqun.insights.queries.results import (
    STEPS,
    CampaignResult,
    attribute_names,
    breakdown_by_attribute,
    campaign_result,
)
from huiqun.insights.queries.workbooks import result_workbook
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole

READERS = (Role.MARKETER, Role.OPERATOR, Role.ANALYST, Role.RISK_OFFICER, *REVIEWERS)
SEES_PEOPLE = (Role.MARKETER, Role.OPERATOR, Role.RISK_OFFICER)
"""Analysts see numbers; lists of customers, masked as they are, are not theirs."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@staff_door(*READERS)
def overview(request: StaffRequest) -> HttpResponse:
    """Campaigns that have something to show."""
    started = campaigns.campaign_list(staff=request.staff).filter(run_id__isnull=False)
    return render(request, "insights/overview.html", {"page": keyset_page(started, request.GET)})


@require_GET
@staff_door(*READERS)
def result(request: StaffRequest, campaign_id: int) -> HttpResponse:
    found = _result(request, campaign_id)
    attribute = request.GET.get("attribute", "").strip()
    context = _context(found) | {
        "attribute": attribute,
        "attributes": attribute_names(),
        "by_attribute": breakdown_by_attribute(
            campaign_id=campaign_id, attribute=attribute, staff=request.staff
        )
        if attribute
        else (),
        "sees_people": request.staff.has_role(*SEES_PEOPLE, Role.AUDITOR),
    }
    return render(request, "insights/result.html", context)


@require_GET
@staff_door(*READERS)
def report(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The result on paper: the browser prints it."""
    context = _context(_result(request, campaign_id)) | {"printed_at": request.now}
    return render(request, "insights/report.html", context)


@require_GET
@staff_door(*READERS)
def export(request: StaffRequest, campaign_id: int) -> HttpResponse:
    found = _result(request, campaign_id)
    response = HttpResponse(result_workbook(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}.xlsx"'
    return response


@require_GET
@staff_door(*SEES_PEOPLE)
def people(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Who is behind a number; and, for one customer number, what became of that customer and why."""
    step = request.GET.get("step", "audience")
    filters = {column: request.GET.get(column, "") for column in COLUMNS}
    found = people_behind(
        campaign_id=campaign_id,
        step=step,
        filters=filters,
        after=whole(request.GET.get("after", "")),
        staff=request.staff,
    )
    number = request.GET.get("number", "").strip()
    context = {
        "campaign": campaigns.campaign_facts(campaign_id, request.staff),
        "page": found,
        "step": step,
        "label": STEPS.get(step, step),
        "filters": {name: value for name, value in filters.items() if value},
        "number": number,
        "one": _one(request, campaign_id, number) if number else None,
    }
    return render(request, "insights/people.html", context)


def _one(request: StaffRequest, campaign_id: int, number: str) -> delivery.Reached | str:
    """What became of one customer, or a sentence why there is nothing to tell."""
    campaign = campaigns.campaign_facts(campaign_id, request.staff)
    customer_id = customers.customer_ids_by_number([number]).get(number)
    if customer_id is None or not customers.customer_cards(ids=[customer_id], staff=request.staff):
        return _("There is no customer with this number in your branches.")
    reached = delivery.reason_for(subject=campaign.subject, customer_id=customer_id)
    return reached or _("This customer was not in the campaign's audience.")


def _result(request: StaffRequest, campaign_id: int) -> CampaignResult:
    return campaign_result(campaign_id=campaign_id, staff=request.staff, today=local_date(request.now))


def _context(found: CampaignResult) -> dict[str, Any]:
    return {
        "result": found,
        "campaign": found.campaign,
        "funnel": funnel_chart(found),
        "by_day": day_chart(found),
        "breakdowns": [
            (_("By variant"), "variant_key", found.variants),
            (_("By branch"), "branch_id", found.branches),
            (_("By channel"), "channel", found.channels),
            (_("By day"), "sent_date", found.days),
        ],
    }
