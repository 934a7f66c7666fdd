from huiqun.compliance.actions.chain import (
    appoint_deputy,
    dismiss_deputy,
    remove_chain_step,
    save_chain_step,
)
from huiqun.compliance.actions.checked_files import (
    drop_old_pictures,
    give_file,
    give_up_reading,
    read_given_picture,
)
from huiqun.compliance.actions.documents import export_review
from huiqun.compliance.actions.evidence import (
    ask_verification,
    export_evidence,
    run_verification,
    seal_facts,
    verify_evidence,
)
from huiqun.compliance.actions.licences import (
    end_licence,
    remind_of_licences,
    save_licence,
    tell_expired_licences,
)
from huiqun.compliance.actions.opinions import ask_for_opinions
from huiqun.compliance.actions.rechecks import recheck_dossiers
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
from huiqun.compliance.actions.waivers import waive_finding, withdraw_waiver

__all__ = [
    "STOPPERS",
    "appoint_deputy",
    "approve_step",
    "ask_for_opinions",
    "ask_verification",
    "check_body",
    "dismiss_deputy",
    "drop_old_pictures",
    "end_licence",
    "export_evidence",
    "export_review",
    "give_file",
    "give_up_reading",
    "lift_stop",
    "read_given_picture",
    "recheck_dossiers",
    "remind_of_licences",
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
    "waive_finding",
    "withdraw_dossier",
    "withdraw_waiver",
]
