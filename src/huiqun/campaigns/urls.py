"""Campaigns' table of contents."""

from django.urls import path

from huiqun.campaigns.views import (
    staff_blocks,
    staff_copy,
    staff_links,
    staff_parts,
    staff_plans,
    staff_reach,
    staff_release,
    staff_running,
)

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
    path("<int:campaign_id>/sms/", staff_copy.sms_meter, name="sms_meter"),
    path("<int:campaign_id>/sms/costs/", staff_copy.sms_costs, name="sms_costs"),
    path("<int:campaign_id>/release/", staff_release.campaign_release, name="campaign_release"),
    path("<int:campaign_id>/release/stages/", staff_release.release_stages, name="release_stages"),
    path("<int:campaign_id>/release/edit/", staff_release.release_edit, name="release_edit"),
    path("<int:campaign_id>/release/next/", staff_release.release_go_on, name="release_go_on"),
    path("<int:campaign_id>/links/", staff_links.campaign_links, name="campaign_links"),
    path("<int:campaign_id>/links/edit/", staff_links.links_edit, name="links_edit"),
    path("<int:campaign_id>/links/revoke/", staff_links.link_revoke, name="link_revoke"),
    path("<int:campaign_id>/links/restore/", staff_links.link_restore, name="link_restore"),
    path("blocks/", staff_blocks.block_list_page, name="block_list"),
    path("blocks/new/", staff_blocks.block_new, name="block_new"),
    path("blocks/preview/", staff_blocks.block_preview_part, name="block_preview"),
    path("blocks/<int:block_id>/", staff_blocks.block_page, name="block_page"),
    path("blocks/<int:block_id>/edit/", staff_blocks.block_edit, name="block_edit"),
    path("calendar/", staff_reach.calendar_page, name="calendar"),
    path("size-limits/", staff_reach.size_limits_edit, name="size_limits"),
    path("<int:campaign_id>/reach/", staff_reach.campaign_reach, name="campaign_reach"),
    path("<int:campaign_id>/reach/estimate/", staff_reach.reach_estimate, name="reach_estimate"),
    path("<int:campaign_id>/reach/ask/", staff_reach.reach_ask, name="reach_ask"),
    path("<int:campaign_id>/reach/size/", staff_reach.size_approve, name="size_approve"),
    path("<int:campaign_id>/check/", staff_copy.campaign_check, name="campaign_check"),
    path("<int:campaign_id>/submit/", staff_running.campaign_submit, name="campaign_submit"),
    path("<int:campaign_id>/withdraw/", staff_running.campaign_withdraw, name="campaign_withdraw"),
    path("<int:campaign_id>/start/", staff_running.campaign_start, name="campaign_start"),
    path("<int:campaign_id>/progress/", staff_running.campaign_progress, name="campaign_progress"),
    path("<int:campaign_id>/pause/", staff_running.campaign_pause, name="campaign_pause"),
    path("<int:campaign_id>/resume/", staff_running.campaign_resume, name="campaign_resume"),
    path("<int:campaign_id>/cancel/", staff_running.campaign_cancel, name="campaign_cancel"),
]
