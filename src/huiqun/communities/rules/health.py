"""How well a group does, from what happened in it: five parts of twenty points each."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class GroupWeek:
    """Counts over seven days; ``answered_in_time`` of ``questions``."""

    members: int
    readers: int
    writers: int
    posts: int
    comments: int
    questions: int
    answered_in_time: int
    joined: int
    left: int
    upheld: int
    """Posts and comments that were rightly taken away."""


def parts(week: GroupWeek) -> dict[str, int]:
    """Points for reading, taking part, answers, staying and peace; half of the members reading in a week is full."""
    members = max(week.members, 1)
    return {
        "reading": _points(week.readers / members / 0.5),
        "taking_part": _points(week.writers / members / 0.1),
        "answers": _points(week.answered_in_time / week.questions) if week.questions else 20,
        "staying": _points(1 - week.left / max(week.members + week.left, 1) / 0.1),
        "peace": _points(1 - week.upheld / max(week.posts + week.comments, 1) / 0.05),
    }


def score(week: GroupWeek) -> int:
    """0 to 100."""
    return sum(parts(week).values())


def _points(share: float) -> int:
    return round(20 * min(max(share, 0.0), 1.0))
