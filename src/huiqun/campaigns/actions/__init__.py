from huiqun.campaigns.actions.blocks import create_block, edit_block
from huiqun.campaigns.actions.conversions import stage_conversions
from huiqun.campaigns.actions.editing import (
    choose_audience,
    edit_offer,
    edit_page,
    edit_plan,
    edit_targets,
    edit_team,
)
from huiqun.campaigns.actions.estimating import ask_estimate, make_estimate
from huiqun.campaigns.actions.history import record_past_campaign, take_over_contacts
from huiqun.campaigns.actions.links import edit_links, restore_link, revoke_link
from huiqun.campaigns.actions.page import claim_offer, express_interest, join_campaign, opt_out, see_page
from huiqun.campaigns.actions.planning import create_campaign
from huiqun.campaigns.actions.release import edit_release, go_on, tend_releases
from huiqun.campaigns.actions.review import follow_review, submit_campaign, withdraw_campaign
from huiqun.campaigns.actions.running import (
    cancel_campaign,
    finish_campaigns,
    follow_recheck,
    pause_campaign,
    resume_campaign,
    start_campaign,
    start_due_campaigns,
)
from huiqun.campaigns.actions.sizes import approve_size, set_size_limits
from huiqun.campaigns.actions.variants import delete_variant, save_variant, send_test

__all__ = [
    "approve_size",
    "ask_estimate",
    "cancel_campaign",
    "choose_audience",
    "claim_offer",
    "create_block",
    "create_campaign",
    "delete_variant",
    "edit_block",
    "edit_links",
    "edit_offer",
    "edit_page",
    "edit_plan",
    "edit_release",
    "edit_targets",
    "edit_team",
    "express_interest",
    "finish_campaigns",
    "follow_recheck",
    "follow_review",
    "go_on",
    "join_campaign",
    "make_estimate",
    "opt_out",
    "pause_campaign",
    "record_past_campaign",
    "restore_link",
    "resume_campaign",
    "revoke_link",
    "save_variant",
    "see_page",
    "send_test",
    "set_size_limits",
    "stage_conversions",
    "start_campaign",
    "start_due_campaigns",
    "submit_campaign",
    "take_over_contacts",
    "tend_releases",
    "withdraw_campaign",
]
