"""What delivery does. Everything others may order of it is named here."""

from huiqun.delivery.actions.accounts import save_account
from huiqun.delivery.actions.gating import gate_run
from huiqun.delivery.actions.history import import_history
from huiqun.delivery.actions.receipts import accept_signed, record_receipts, record_replies
from huiqun.delivery.actions.runs import cancel_run, open_run, pause_run, resume_run
from huiqun.delivery.actions.sealing import seal_touches
from huiqun.delivery.actions.sending import send_batch, send_run
from huiqun.delivery.actions.suppressions import drop_withdrawn, lift_suppression, suppress, unsubscribe
from huiqun.delivery.actions.tending import finish_run, hold_quiet, recover_leases, release_held, tend_runs
from huiqun.delivery.actions.test_messages import test_send
from huiqun.delivery.actions.touches import record_touch
from huiqun.delivery.rules.orders import Cap, Caps, ChannelPlan, RunOrder, VariantPlan

__all__ = [
    "Cap",
    "Caps",
    "ChannelPlan",
    "RunOrder",
    "VariantPlan",
    "accept_signed",
    "cancel_run",
    "drop_withdrawn",
    "finish_run",
    "gate_run",
    "hold_quiet",
    "import_history",
    "lift_suppression",
    "open_run",
    "pause_run",
    "record_receipts",
    "record_replies",
    "record_touch",
    "recover_leases",
    "release_held",
    "resume_run",
    "save_account",
    "seal_touches",
    "send_batch",
    "send_run",
    "suppress",
    "tend_runs",
    "test_send",
    "unsubscribe",
]
