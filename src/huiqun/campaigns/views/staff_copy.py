"""Staff doors: copy, its preview and its check."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.campaigns import actions, queries
from huiqun.campaigns.forms import SENDING, VariantForm
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.blocks import blocks_for
from huiqun.campaigns.queries.findings import COPY_FIELDS, copy_parts, judge, judge_draft
from huiqun.campaigns.queries.links import link_names
from huiqun.campaigns.queries.preview import preview_words, sample_customers
from huiqun.campaigns.queries.sms import costs_of
from huiqun.campaigns.queries.sms import sms_meter as meter_of
from huiqun.campaigns.rules import COPY_VARIABLES
from huiqun.campaigns.views.roles import READERS
from huiqun.campaigns.views.staff_plans import edition_seen
from huiqun.campaigns.words import COPY_WORDS
from huiqun.compliance import queries as compliance
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.roles import Role
from huiqun.lib.channels import Channel
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound, Refusal


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def variant_new(request: StaffRequest, campaign_id: int) -> HttpResponse:
    return _edit(request, campaign_id, key="", initial={"channel": "sms", "weight": 100})


@require_http_methods(["GET", "POST"])
@staff_door(Role.MARKETER, auditor=False)
def variant_edit(request: StaffRequest, campaign_id: int, variant_key: str) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    variant = campaign.variants.filter(key=variant_key).values("channel", "weight", "title", "body").first()
    if variant is None:
        raise NotFound()
    return _edit(request, campaign_id, key=variant_key, initial=variant)


def _edit(
    request: StaffRequest, campaign_id: int, *, key: str, initial: Mapping[str, object]
) -> HttpResponse:
    campaign = queries.visible_campaign(campaign_id, request.staff)
    form = VariantForm(request.POST or None, initial=dict(initial))
    if request.method == "POST" and form.is_valid():
        saved = actions.save_variant(
            campaign_id=campaign_id,
            edition=edition_seen(request),
            key=key,
            **form.cleaned_data,
            by=request.staff,
            now=request.now,
        )
        messages.success(request, _("Saved as %(key)s.") % {"key": saved})
        return redirect("campaigns:campaign_detail", campaign_id)
    context = {
        "campaign": campaign,
        "form": form,
        "key": key,
        "variables": [{"name": name, "label": COPY_WORDS[name]} for name in COPY_VARIABLES]
        + [{"name": name, "label": _("further link")} for name in link_names(campaign)],
        "blocks": sorted(blocks_for(campaign.branch)),
        "customers": sample_customers(campaign, request.staff, today=local_date(request.now)),
    }
    return render(request, "campaigns/variant.html", context, status=422 if form.errors else 200)


@require_POST
@staff_door(Role.MARKETER)
def variant_delete(request: StaffRequest, campaign_id: int, variant_key: str) -> HttpResponse:
    actions.delete_variant(
        campaign_id=campaign_id,
        edition=edition_seen(request),
        key=variant_key,
        by=request.staff,
        now=request.now,
    )
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(Role.MARKETER)
def variant_test(request: StaffRequest, campaign_id: int, variant_key: str) -> HttpResponse:
    actions.send_test(campaign_id=campaign_id, key=variant_key, by=request.staff, now=request.now)
    messages.success(request, _("A test message is on its way to you."))
    return redirect("campaigns:campaign_detail", campaign_id)


@require_POST
@staff_door(Role.MARKETER)
def copy_preview(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """What stands in the form, filled in for one customer; nothing is stored."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    title, body = request.POST.get("title", ""), request.POST.get("body", "")
    channel = request.POST.get("channel", "h5")
    customer_id = whole(request.POST.get("customer", "")) or None
    words = preview_words(
        campaign=campaign,
        title=title,
        body=body,
        staff=request.staff,
        customer_id=customer_id,
        channel=channel,
    )
    context = {"words": words, "channel": channel}
    return render(request, "campaigns/_preview.html", context)


@require_POST
@staff_door(Role.MARKETER)
def sms_meter(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """How long what stands in the form is as an SMS, what it costs, and whether the account takes it."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    if request.POST.get("channel") != Channel.SMS:
        return HttpResponse("")
    context: dict[str, object] = {"campaign": campaign}
    try:
        context["meter"] = meter_of(campaign, request.POST.get("body", ""), on=local_date(request.now))
        context["no_account"] = context["meter"] is None
    except Refusal as refusal:
        context["refusal"] = sentence_of(refusal)
    return render(request, "campaigns/_sms_meter.html", context)


@require_GET
@staff_door(*READERS)
def sms_costs(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """What each SMS of the plan costs, for the campaign's page, which loads it by itself: people may have to
    be counted first."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    costs = costs_of(campaign, on=local_date(request.now))
    return render(request, "campaigns/_sms_costs.html", {"costs": costs})


@require_POST
@staff_door(Role.MARKETER)
def copy_findings(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """What is wrong with the copy in a form, for its editor; nothing is stored."""
    campaign = queries.visible_campaign(campaign_id, request.staff)
    of = request.GET.get("of", "page")
    if of not in COPY_FIELDS:
        raise NotFound()
    channel = request.POST.get("channel", "h5") if of == "variant" else "h5"
    if channel not in {"h5", *dict(SENDING)}:
        raise NotFound()
    parts = copy_parts(of, request.POST)
    text = compliance.joined(parts)
    compliance.check_readable(text)
    found = judge_draft(campaign, of=of, channel=channel, text=text, on=local_date(request.now))
    # Messages are templates; a page and an offer are read as they are written.
    bank = "{{ bank }}" if of == "variant" else None
    review = compliance.review_copy(parts=parts, findings=found, channel=channel, bank=bank)
    return JsonResponse(review.as_answer())


@require_GET
@staff_door(*READERS)
def campaign_check(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign: Campaign = queries.visible_campaign(campaign_id, request.staff)
    judged = judge(campaign, on=local_date(request.now))
    context = {
        "campaign": campaign,
        "judged": judged,
        "count": sum(len(part.findings) for part in judged),
        "blocking": any(part.blocks for part in judged),
        "may_edit": request.staff.has_role(Role.MARKETER) and campaign.is_editable,
    }
    return render(request, "campaigns/check.html", context)
