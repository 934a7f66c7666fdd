from huiqun.workforce.actions.accounts import (
    deactivate_staff,
    issue_sign_in_link,
    lift_lock,
    reactivate_staff,
    remove_second_step,
)
from huiqun.workforce.actions.api_keys import allow_api_key, make_api_key, revoke_api_key
from huiqun.workforce.actions.branches import (
    add_branch,
    close_branch,
    move_branch,
    rename_branch,
    reopen_branch,
)
from huiqun.workforce.actions.people import add_staff, change_roles, edit_staff, install_staff

__all__ = [
    "add_branch",
    "add_staff",
    "allow_api_key",
    "change_roles",
    "close_branch",
    "deactivate_staff",
    "edit_staff",
    "install_staff",
    "issue_sign_in_link",
    "lift_lock",
    "make_api_key",
    "move_branch",
    "reactivate_staff",
    "remove_second_step",
    "rename_branch",
    "reopen_branch",
    "revoke_api_key",
]
