"""What benefits do. Everything others may ask for is named here."""

from huiqun.benefits.actions.adjusting import ask_adjustment, book_adjustment, decline_adjustment
from huiqun.benefits.actions.claims import Claimed, claim_benefit
from huiqun.benefits.actions.earning import earn_points
from huiqun.benefits.actions.earning_rules import (
    approve_earning_rule,
    end_earning_rule,
    send_back_earning_rule,
    submit_earning_rule,
    write_earning_rule,
)
from huiqun.benefits.actions.expiring import close_points_days, expire_points
from huiqun.benefits.actions.grants import accept_grant, drop_claim, grant_benefit, release_claim
from huiqun.benefits.actions.offers import (
    create_benefit,
    freeze_benefit,
    remove_benefit,
    thaw_benefit,
    update_benefit,
)
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
    "Moved",
    "Way",
    "accept_grant",
    "approve_earning_rule",
    "ask_adjustment",
    "book_adjustment",
    "check_ledger",
    "claim_benefit",
    "close_points_days",
    "count_pledge",
    "count_pledges",
    "create_benefit",
    "decline_adjustment",
    "drop_claim",
    "earn_points",
    "end_earning_rule",
    "expire_points",
    "forfeit_points",
    "freeze_benefit",
    "further_piece",
    "give_points",
    "grant_benefit",
    "open_pledge",
    "record_transfer",
    "refund_points",
    "release_claim",
    "remove_benefit",
    "send_back_earning_rule",
    "send_back_pledge",
    "settle_pledge",
    "spend_points",
    "submit_earning_rule",
    "submit_pledge",
    "thaw_benefit",
    "update_benefit",
    "write_earning_rule",
    "write_pledge",
]
