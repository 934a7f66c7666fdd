"""What is recorded of branches and staff: ids, codes and roles, never names of people."""

from dataclasses import dataclass

from huiqun.lib.event import Event


@dataclass(frozen=True, kw_only=True)
class BranchEvent(Event):
    about = "branch_id"
    branch_id: int


@dataclass(frozen=True, kw_only=True)
class BranchAdded(BranchEvent):
    code: str
    parent_id: int


@dataclass(frozen=True, kw_only=True)
class BranchRenamed(BranchEvent):
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class BranchMoved(BranchEvent):
    from_id: int | None
    to_id: int


@dataclass(frozen=True, kw_only=True)
class BranchShut(BranchEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class BranchReopened(BranchEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class StaffEvent(Event):
    about = "staff_id"
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class StaffAdded(StaffEvent):
    branch_id: int
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffEdited(StaffEvent):
    """``fields`` names what was changed; the values are personal data and stay in the row."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffMoved(StaffEvent):
    from_id: int | None
    to_id: int


@dataclass(frozen=True, kw_only=True)
class RolesChanged(StaffEvent):
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(StaffEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class StaffReactivated(StaffEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class SignInLockLifted(StaffEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class SignInLinkIssued(StaffEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class SecondStepRemoved(StaffEvent):
    pass
