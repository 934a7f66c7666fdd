from huiqun.communities.actions.appealing import appeal, decide_appeal
from huiqun.communities.actions.commenting import Commented, reply_as_bank, write_comment
from huiqun.communities.actions.deciding import decide_case
from huiqun.communities.actions.groups import (
    close_group,
    create_group,
    renew_link,
    set_duties,
    update_group,
)
from huiqun.communities.actions.members import (
    decline_invitation,
    follow_topic,
    invite_audience,
    invite_customer,
    join_group,
    leave_all_groups,
    leave_group,
    mark_read,
)
from huiqun.communities.actions.noting import note, read_notes
from huiqun.communities.actions.pacing import spend
from huiqun.communities.actions.posting import Written, write_post
from huiqun.communities.actions.reporting import report_words
from huiqun.communities.actions.speaking import Extras, pin_post, post_as_bank, post_material
from huiqun.communities.actions.taking_part import answer_poll, guess_riddle, react
from huiqun.communities.actions.tending import (
    forget,
    look_at_health,
    purge_sealed,
    recall_lapsed,
    recall_material,
)
from huiqun.communities.actions.withdrawing import withdraw_bank_post, withdraw_comment, withdraw_post

__all__ = [
    "Commented",
    "Extras",
    "Written",
    "answer_poll",
    "appeal",
    "close_group",
    "create_group",
    "decide_appeal",
    "decide_case",
    "decline_invitation",
    "follow_topic",
    "forget",
    "guess_riddle",
    "invite_audience",
    "invite_customer",
    "join_group",
    "leave_all_groups",
    "leave_group",
    "look_at_health",
    "mark_read",
    "note",
    "pin_post",
    "post_as_bank",
    "post_material",
    "purge_sealed",
    "react",
    "read_notes",
    "recall_lapsed",
    "recall_material",
    "renew_link",
    "reply_as_bank",
    "report_words",
    "set_duties",
    "spend",
    "update_group",
    "withdraw_bank_post",
    "withdraw_comment",
    "withdraw_post",
    "write_comment",
    "write_post",
]
