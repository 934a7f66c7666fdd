"""What delivery does. Everything others may order of it is named here."""

from huiqun.delivery.actions.accounts import save_account
from huiqun.delivery.actions.archiving import archive_touches, check_archived, delete_archived
from huiqun.delivery.actions.breakers import close_breaker
from huiqun.delivery.actions.clicks import end_links, record_click, restore_link, revoke_link
from huiqun.delivery.actions.codes import end_visit, forget_codes, open_visit, send_code
from huiqun.delivery.actions.forgetting import forget_old
from huiqun.delivery.actions.gating import estimate_order, gate_run
from huiqun.delivery.actions.history import import_history
from huiqun.delivery.actions.leases import recover_leases
from huiqun.delivery.actions.lifting import ask_to_lift, decide_lift, lift_suppression, note_export
from huiqun.delivery.actions.log_exports import export_log
from huiqun.delivery.actions.pacing import pace_run
from huiqun.delivery.actions.parts import make_parts
from huiqun.delivery.actions.pauses import keep_quiet
from huiqun.delivery.actions.preferences import stop_all_marketing, withdraw_by_customer
from huiqun.delivery.actions.proofs import apply_with_proof
from huiqun.delivery.actions.receipts import accept_signed, record_receipts, record_replies
from huiqun.delivery.actions.runs import cancel_run, open_run, pause_run, resume_run
from huiqun.delivery.actions.sealing import seal_touches
from huiqun.delivery.actions.sending import send_batch, send_run
from huiqun.delivery.actions.sign_in import ask_for_code, enter_by_ticket, recognise, sign_in
from huiqun.delivery.actions.sms import (
    apply_for_signature,
    apply_for_template,
    decide_signature,
    decide_template,
    expire_registrations,
    save_sms_terms,
)
from huiqun.delivery.actions.suppression_lists import apply_list, bring_list, check_list, discard_list
from huiqun.delivery.actions.suppressions import block_customer, drop_withdrawn, suppress, unsubscribe
from huiqun.delivery.actions.tending import finish_run, release_held, tend_runs
from huiqun.delivery.actions.test_messages import test_send
from huiqun.delivery.actions.topics import allow_topic, refuse_topic
from huiqun.delivery.actions.touches import record_touch
from huiqun.delivery.actions.uncertain import resolve_uncertain
from huiqun.delivery.rules.orders import USUAL_PRIORITY, Cap, Caps, ChannelPlan, Closed, RunOrder, VariantPlan

__all__ = [
    "USUAL_PRIORITY",
    "Cap",
    "Caps",
    "ChannelPlan",
    "Closed",
    "RunOrder",
    "VariantPlan",
    "accept_signed",
    "allow_topic",
    "apply_for_signature",
    "apply_for_template",
    "apply_list",
    "apply_with_proof",
    "archive_touches",
    "ask_for_code",
    "ask_to_lift",
    "block_customer",
    "bring_list",
    "cancel_run",
    "check_archived",
    "check_list",
    "close_breaker",
    "decide_lift",
    "decide_signature",
    "decide_template",
    "delete_archived",
    "discard_list",
    "drop_withdrawn",
    "end_links",
    "end_visit",
    "enter_by_ticket",
    "estimate_order",
    "expire_registrations",
    "export_log",
    "finish_run",
    "forget_codes",
    "forget_old",
    "gate_run",
    "import_history",
    "keep_quiet",
    "lift_suppression",
    "make_parts",
    "note_export",
    "open_run",
    "open_visit",
    "pace_run",
    "pause_run",
    "recognise",
    "record_click",
    "record_receipts",
    "record_replies",
    "record_touch",
    "recover_leases",
    "refuse_topic",
    "release_held",
    "resolve_uncertain",
    "restore_link",
    "resume_run",
    "revoke_link",
    "save_account",
    "save_sms_terms",
    "seal_touches",
    "send_batch",
    "send_code",
    "send_run",
    "sign_in",
    "stop_all_marketing",
    "suppress",
    "tend_runs",
    "test_send",
    "unsubscribe",
    "withdraw_by_customer",
]
