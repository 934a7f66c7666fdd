from huiqun.communities.rules.checks import GroupTerms
from huiqun.communities.rules.kinds import (
    Decision,
    Goal,
    GroupKind,
    JoinedBy,
    Joining,
    Measure,
    MemberState,
    Moderation,
    PostKind,
    State,
)

__all__ = [
    "Decision",
    "Goal",
    "GroupKind",
    "GroupTerms",
    "JoinedBy",
    "Joining",
    "Measure",
    "MemberState",
    "Moderation",
    "PostKind",
    "State",
]
