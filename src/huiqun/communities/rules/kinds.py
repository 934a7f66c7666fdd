"""The words with which groups, posts and decisions are described."""

from enum import StrEnum


class GroupKind(StrEnum):
    WEALTH = "wealth"
    LIFE = "life"
    FAMILY = "family"
    SENIOR = "senior"
    YOUNG = "young"
    BUSINESS = "business"
    NEIGHBOURHOOD = "neighbourhood"


class Goal(StrEnum):
    SATISFACTION = "satisfaction"
    STICKINESS = "stickiness"
    PRODUCT = "product"


class Joining(StrEnum):
    """Who may come in: whoever finds the group, whoever has its link, or whoever was invited."""

    OPEN = "open"
    LINK = "link"
    INVITED = "invited"


class JoinedBy(StrEnum):
    FOUND = "found"
    LINK = "link"
    QR = "qr"
    INVITED = "invited"


class Moderation(StrEnum):
    BEFORE = "before"
    AFTER = "after"


class Duty(StrEnum):
    LEAD = "lead"
    MODERATE = "moderate"
    ANSWER = "answer"
    SPEAK = "speak"


class MemberState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"


class PostKind(StrEnum):
    TEXT = "text"
    QUESTION = "question"
    ARTICLE = "article"
    BULLETIN = "bulletin"
    POLL = "poll"
    RIDDLE = "riddle"
    VIDEO = "video"


OF_CUSTOMERS = (PostKind.TEXT, PostKind.QUESTION)
"""What a customer may write; the rest is the bank's."""


class State(StrEnum):
    """Of a post or comment."""

    PENDING = "pending"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class ReactionKind(StrEnum):
    LIKE = "like"
    USEFUL = "useful"
    THANKS = "thanks"


class ReportReason(StrEnum):
    FRAUD = "fraud"
    ADVERT = "advert"
    ABUSE = "abuse"
    PRIVACY = "privacy"
    UNTRUE = "untrue"
    OTHER = "other"


class Decision(StrEnum):
    PUBLISH = "publish"
    MASK = "mask"
    HIDE = "hide"
    REMOVE = "remove"


class Measure(StrEnum):
    """What is done about the author, besides the words."""

    NONE = ""
    WARN = "warn"
    MUTE = "mute"
    EXPEL = "expel"


class AppealState(StrEnum):
    NONE = ""
    ASKED = "asked"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class NoteKind(StrEnum):
    WELCOME = "welcome"
    COMMENTED = "commented"
    ANSWERED = "answered"
    PUBLISHED = "published"
    MASKED = "masked"
    HIDDEN = "hidden"
    REMOVED = "removed"
    WARNED = "warned"
    MUTED = "muted"
    EXPELLED = "expelled"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_OVERTURNED = "appeal_overturned"


class Speech(StrEnum):
    """How staff speak: in approved words, or as themselves within limits."""

    MATERIAL = "material"
    OWN = "own"
