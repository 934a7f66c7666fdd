"""What is done with partners. Everything others may ask for is named here."""

from huiqun.partners.actions.clerks import invite_again, invite_clerk, shut_out_clerk
from huiqun.partners.actions.contracts import (
    change_contract,
    confirm_contract,
    confirmed_digest,
    draft_contract,
    end_contract,
    keep_paper,
)
from huiqun.partners.actions.register import (
    add_contact,
    bind_key,
    change_partner,
    register_partner,
    release_key,
    remove_contact,
    resume_partner,
    suspend_partner,
)
from huiqun.partners.actions.reminders import remind_of_contracts
from huiqun.partners.actions.sign_in import change_password, keep_alive, sign_in, sign_out, sweep_sessions

__all__ = [
    "add_contact",
    "bind_key",
    "change_contract",
    "change_partner",
    "change_password",
    "confirm_contract",
    "confirmed_digest",
    "draft_contract",
    "end_contract",
    "invite_again",
    "invite_clerk",
    "keep_alive",
    "keep_paper",
    "register_partner",
    "release_key",
    "remind_of_contracts",
    "remove_contact",
    "resume_partner",
    "shut_out_clerk",
    "sign_in",
    "sign_out",
    "suspend_partner",
    "sweep_sessions",
]
