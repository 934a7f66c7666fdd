"""What benefits do. Everything others may ask for is named here."""

from huiqun.benefits.actions.adjusting import ask_adjustment, book_adjustment, decline_adjustment
from huiqun.benefits.actions.appealing import appeal_claim, decide_appeal
from huiqun.benefits.actions.catalogue import add_benefit, copy_benefit, set_picture, set_settlement_account
from huiqun.benefits.actions.claims import Claimed, claim_benefit
from huiqun.benefits.actions.earning import earn_points
from huiqun.benefits.actions.earning_rules import (
    approve_earning_rule,
    end_earning_rule,
    send_back_earning_rule,
    submit_earning_rule,
    write_earning_rule,
)
from huiqun.benefits.actions.ending import release_revoked, return_claim, revoke_claim
from huiqun.benefits.actions.expiring import close_points_days, expire_points
from huiqun.benefits.actions.exporting import note_export
from huiqun.benefits.actions.grants import accept_grant, drop_claim, grant_benefit, release_claim
from huiqun.benefits.actions.judging import drop_held, release_held, restore_claim
from huiqun.benefits.actions.levels import set_level, watch_stock
from huiqun.benefits.actions.offers import (
    create_benefit,
    freeze_benefit,
    freeze_benefits,
    remove_benefit,
    thaw_benefit,
    thaw_benefits,
    update_benefit,
)
from huiqun.benefits.actions.passing import PassedOn, pass_on_claim
from huiqun.benefits.actions.pledges import (
    count_pledge,
    count_pledges,
    open_pledge,
    record_transfer,
    send_back_pledge,
    settle_pledge,
    submit_pledge,
    write_pledge,
)
from huiqun.benefits.actions.points import (
    Moved,
    forfeit_points,
    give_points,
    refund_points,
    spend_points,
)
from huiqun.benefits.actions.proving import check_ledger
from huiqun.benefits.actions.referral import (
    decide_held_referral,
    forget_invitations,
    settle_referrals,
)
from huiqun.benefits.actions.referral_programmes import (
    accept_invitation,
    end_referral,
    open_referral,
    plan_referral,
    referral_link,
)
from huiqun.benefits.actions.reviewing import follow_review, reopen_benefit, submit_benefit
from huiqun.benefits.actions.running_out import expire_claims, remind_expiring
from huiqun.benefits.actions.stock import bring_codes, take_code, take_codes, top_up
from huiqun.benefits.actions.turns import (
    InLine,
    await_turn,
    claim_in_turn,
    forget_turns,
    serve_line,
    serve_lines,
    stand_in_line,
)
from huiqun.benefits.actions.using import Used, use_claim
from huiqun.benefits.claiming import add_check
from huiqun.benefits.rules import (
    Attempt,
    BenefitKind,
    BenefitNotFound,
    BenefitTerms,
    Codes,
    Way,
    further_piece,
)

__all__ = [
    "Attempt",
    "BenefitKind",
    "BenefitNotFound",
    "BenefitTerms",
    "Claimed",
    "Codes",
    "InLine",
    "Moved",
    "PassedOn",
    "Used",
    "Way",
    "accept_grant",
    "accept_invitation",
    "add_benefit",
    "add_check",
    "appeal_claim",
    "approve_earning_rule",
    "ask_adjustment",
    "await_turn",
    "book_adjustment",
    "bring_codes",
    "check_ledger",
    "claim_benefit",
    "claim_in_turn",
    "close_points_days",
    "copy_benefit",
    "count_pledge",
    "count_pledges",
    "create_benefit",
    "decide_appeal",
    "decide_held_referral",
    "decline_adjustment",
    "drop_claim",
    "drop_held",
    "earn_points",
    "end_earning_rule",
    "end_referral",
    "expire_claims",
    "expire_points",
    "follow_review",
    "forfeit_points",
    "forget_invitations",
    "forget_turns",
    "freeze_benefit",
    "freeze_benefits",
    "further_piece",
    "give_points",
    "grant_benefit",
    "note_export",
    "open_pledge",
    "open_referral",
    "pass_on_claim",
    "plan_referral",
    "record_transfer",
    "referral_link",
    "refund_points",
    "release_claim",
    "release_held",
    "release_revoked",
    "remind_expiring",
    "remove_benefit",
    "reopen_benefit",
    "restore_claim",
    "return_claim",
    "revoke_claim",
    "send_back_earning_rule",
    "send_back_pledge",
    "serve_line",
    "serve_lines",
    "set_level",
    "set_picture",
    "set_settlement_account",
    "settle_pledge",
    "settle_referrals",
    "spend_points",
    "stand_in_line",
    "submit_benefit",
    "submit_earning_rule",
    "submit_pledge",
    "take_code",
    "take_codes",
    "thaw_benefit",
    "thaw_benefits",
    "top_up",
    "update_benefit",
    "use_claim",
    "watch_stock",
    "write_earning_rule",
    "write_pledge",
]
