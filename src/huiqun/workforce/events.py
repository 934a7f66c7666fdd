"""What is recorded of branches and staff: ids, codes and roles, never names of people."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class BranchEvent(Event):
    about = "branch_id"
    branch_id: int


@dataclass(frozen=True, kw_only=True)
class BranchAdded(BranchEvent):
    words = _("Branch added")
    code: str
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class BranchRenamed(BranchEvent):
    words = _("Branch renamed")
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class BranchMoved(BranchEvent):
    words = _("Branch moved in the tree")
    from_id: int | None
    to_id: int


@dataclass(frozen=True, kw_only=True)
class BranchShut(BranchEvent):
    words = _("Branch shut")


@dataclass(frozen=True, kw_only=True)
class BranchReopened(BranchEvent):
    words = _("Branch reopened")


@dataclass(frozen=True, kw_only=True)
class StaffEvent(Event):
    about = "staff_id"
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class StaffAdded(StaffEvent):
    words = _("Staff member added")
    branch_id: int
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffEdited(StaffEvent):
    """``fields`` names what was changed; the values are personal data and stay in the row."""

    words = _("Staff details edited")
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffMoved(StaffEvent):
    words = _("Staff member moved")
    from_id: int | None
    to_id: int


@dataclass(frozen=True, kw_only=True)
class RolesChanged(StaffEvent):
    words = _("Roles changed")
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(StaffEvent):
    words = _("Account deactivated")


@dataclass(frozen=True, kw_only=True)
class StaffReactivated(StaffEvent):
    words = _("Account reactivated")


@dataclass(frozen=True, kw_only=True)
class SignInLockLifted(StaffEvent):
    words = _("Sign-in lock lifted")


@dataclass(frozen=True, kw_only=True)
class SignInLinkIssued(StaffEvent):
    words = _("Sign-in link issued")


@dataclass(frozen=True, kw_only=True)
class SecondStepRemoved(StaffEvent):
    words = _("Second sign-in step removed")


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade(Event):
    about = "api_key_id"
    words = _("Interface key made")
    api_key_id: int
    prefix: str
    scopes: tuple[str, ...]
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyAllowed(Event):
    about = "api_key_id"
    words = _("Interface key allowed")
    api_key_id: int
    prefix: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    about = "api_key_id"
    words = _("Interface key revoked")
    api_key_id: int
    prefix: str
