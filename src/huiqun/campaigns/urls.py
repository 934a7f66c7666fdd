"""Campaigns' table of contents."""

from django.urls import path

from huiqun.campaigns.views import staff_copy, staff_parts, staff_plans, staff_running

app_name = "campaigns"

urlpatterns = [
    path("", staff_plans.campaign_list, name="campaign_list"),
    path("new/", staff_plans.campaign_new, name="campaign_new"),
    path("<int:campaign_id>/", staff_plans.campaign_detail, name="campaign_detail"),
    path("<int:campaign_id>/plan/", staff_plans.campaign_plan, name="campaign_plan"),
    path("<int:campaign_id>/audience/", staff_parts.campaign_audience, name="campaign_audience"),
    path("<int:campaign_id>/page/", staff_parts.campaign_page, name="campaign_page"),
    path("<int:campaign_id>/offer/", staff_parts.campaign_offer, name="campaign_offer"),
    path("<int:campaign_id>/targets/", staff_parts.campaign_targets, name="campaign_targets"),
    path("<int:campaign_id>/team/", staff_parts.campaign_team, name="campaign_team"),
    path("<int:campaign_id>/copy/new/", staff_copy.variant_new, name="variant_new"),
    path("<int:campaign_id>/copy/<slug:variant_key>/", staff_copy.variant_edit, name="variant_edit"),
    path(
        "<int:campaign_id>/copy/<slug:variant_key>/delete/", staff_copy.variant_delete, name="variant_delete"
    ),
    path("<int:campaign_id>/copy/<slug:variant_key>/test/", staff_copy.variant_test, name="variant_test"),
    path("<int:campaign_id>/preview/", staff_copy.copy_preview, name="copy_preview"),
    path("<int:campaign_id>/findings/", staff_copy.copy_findings, name="copy_findings"),
    path("<int:campaign_id>/check/", staff_copy.campaign_check, name="campaign_check"),
    path("<int:campaign_id>/submit/", staff_running.campaign_submit, name="campaign_submit"),
    path("<int:campaign_id>/withdraw/", staff_running.campaign_withdraw, name="campaign_withdraw"),
    path("<int:campaign_id>/start/", staff_running.campaign_start, name="campaign_start"),
    path("<int:campaign_id>/progress/", staff_running.campaign_progress, name="campaign_progress"),
    path("<int:campaign_id>/pause/", staff_running.campaign_pause, name="campaign_pause"),
    path("<int:campaign_id>/resume/", staff_running.campaign_resume, name="campaign_resume"),
    path("<int:campaign_id>/cancel/", staff_running.campaign_cancel, name="campaign_cancel"),
]
