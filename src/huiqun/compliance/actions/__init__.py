from huiqun.compliance.actions.chain import (
    appoint_deputy,
    dismiss_deputy,
    remove_chain_step,
    save_chain_step,
)
from huiqun.compliance.actions.evidence import (
    ask_verification,
    export_evidence,
    run_verification,
    seal_facts,
    verify_evidence,
)
from huiqun.compliance.actions.licences import end_licence, save_licence, tell_expired_licences
from huiqun.compliance.actions.reminders import remind_reviewers, remind_step
from huiqun.compliance.actions.reviews import (
    approve_step,
    check_body,
    return_step,
    submit_dossier,
    void_approval,
    withdraw_dossier,
)
from huiqun.compliance.actions.stops import STOPPERS, lift_stop, stop_subject

__all__ = [
    "STOPPERS",
    "appoint_deputy",
    "approve_step",
    "ask_verification",
    "check_body",
    "dismiss_deputy",
    "end_licence",
    "export_evidence",
    "lift_stop",
    "remind_reviewers",
    "remind_step",
    "remove_chain_step",
    "return_step",
    "run_verification",
    "save_chain_step",
    "save_licence",
    "seal_facts",
    "stop_subject",
    "submit_dossier",
    "tell_expired_licences",
    "verify_evidence",
    "void_approval",
    "withdraw_dossier",
]
