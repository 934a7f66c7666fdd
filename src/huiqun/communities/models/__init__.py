from huiqun.communities.models.activities import Activity, Registration
from huiqun.communities.models.groups import Group, Tally, TeamMember
from huiqun.communities.models.members import Invitation, Membership, Note, Pace, TopicFollow
from huiqun.communities.models.moderation import Case, Report
from huiqun.communities.models.posts import Answer, Comment, Picture, Placement, PollCount, Post, Reaction

__all__ = [
    "Activity",
    "Answer",
    "Case",
    "Comment",
    "Group",
    "Invitation",
    "Membership",
    "Note",
    "Pace",
    "Picture",
    "Placement",
    "PollCount",
    "Post",
    "Reaction",
    "Registration",
    "Report",
    "Tally",
    "TeamMember",
    "TopicFollow",
]
