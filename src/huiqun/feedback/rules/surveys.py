"""States of a survey and of its versions, and what a customer may be asked how often."""

from datetime import datetime
from enum import StrEnum

from huiqun.feedback.rules.questions import Choice, Question, QuestionKind


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REPLACED = "replaced"


class Placement(StrEnum):
    """Where a survey is offered by itself; a link leads to it anyway."""

    APP = "app"
    GROUP = "group"
    ACTIVITY = "activity"
    COMPLAINT = "complaint"
    STAFF = "staff"
    """Filled in by staff: an interview at the branch, a call-back."""


SHOWN_MOST, SHOWN_DAYS = 1, 30
"""How often the app offers a customer any survey by itself: at most so many in so many days."""
REQUEST_DAYS = 14
"""How long somebody is asked after an activity or a complaint."""


def is_open(*, closed_at: datetime | None, opens_at: datetime, ends_at: datetime, now: datetime) -> bool:
    return closed_at is None and opens_at <= now < ends_at


def five_questions() -> tuple[Question, ...]:
    """The bank's own template: convenience, content, handling of complaints, recommendation, suggestions."""
    return (
        Question(
            key="q1",
            kind=QuestionKind.SCALE,
            label="您觉得参加我行活动、使用社群服务方便吗？",
            low="很不方便",
            high="非常方便",
        ),
        Question(
            key="q2",
            kind=QuestionKind.SCALE,
            label="您对社群和活动的内容质量满意吗？",
            low="很不满意",
            high="非常满意",
        ),
        Question(
            key="q3",
            kind=QuestionKind.CHOICE,
            label="您的问题或投诉得到及时、妥善的处理了吗？",
            choices=(
                Choice(key="a", label="处理及时，结果满意"),
                Choice(key="b", label="处理及时，结果不满意"),
                Choice(key="c", label="处理不及时"),
                Choice(key="d", label="没有提过问题或投诉"),
            ),
        ),
        Question(
            key="q4",
            kind=QuestionKind.NPS,
            label="您有多大可能向亲友推荐我行？",
            low="完全不可能",
            high="非常可能",
        ),
        Question(key="q5", kind=QuestionKind.TEXT, label="您最希望我们改进什么？", required=False),
    )
