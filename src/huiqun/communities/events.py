"""What is told of communities. Words are told by their digests only."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class GroupCreated(Event):
    about = "group_id"
    words = _("Group created")
    group_id: int
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class GroupUpdated(Event):
    about = "group_id"
    words = _("Group changed")
    group_id: int
    changed: tuple[str, ...]
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class GroupEnded(Event):
    about = "group_id"
    words = _("Group closed")
    group_id: int
    members: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class GroupLinkRenewed(Event):
    about = "group_id"
    words = _("Group link renewed")
    group_id: int


@dataclass(frozen=True, kw_only=True)
class TeamSet(Event):
    """``duties`` of one person in the group; none when they left the team."""

    about = "group_id"
    words = _("Group team changed")
    group_id: int
    staff_id: int
    duties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CustomersInvited(Event):
    """``source`` is ``staff`` or ``audience:12``."""

    about = "group_id"
    words = _("Customers invited to the group")
    group_id: int
    source: str
    count: int


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    about = "group_id"
    words = _("Member joined")
    group_id: int
    customer_id: int
    joined_by: str
    consent_version: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """``because``: ``left`` by a tap, ``consent`` withdrawn, ``closed`` with the group."""

    about = "group_id"
    words = _("Member left")
    group_id: int
    customer_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class MemberExpelled(Event):
    about = "group_id"
    words = _("Member expelled")
    group_id: int
    customer_id: int
    case_id: int


@dataclass(frozen=True, kw_only=True)
class MemberReadmitted(Event):
    about = "group_id"
    words = _("Member may come back")
    group_id: int
    customer_id: int
    case_id: int


@dataclass(frozen=True, kw_only=True)
class MemberMuted(Event):
    about = "group_id"
    words = _("Member may only read")
    group_id: int
    customer_id: int
    case_id: int
    until: str


@dataclass(frozen=True, kw_only=True)
class MemberWarned(Event):
    about = "group_id"
    words = _("Member warned")
    group_id: int
    customer_id: int
    case_id: int


@dataclass(frozen=True, kw_only=True)
class PostSubmitted(Event):
    """``held`` until a person has decided; ``rules`` are those of the rulebook that it breaks."""

    about = "post_id"
    words = _("Post written")
    post_id: int
    group_id: int
    customer_id: int | None
    post_kind: str
    digest: str
    held: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """``groups`` is how many it stands in; ``material`` and its digest where approved words were said."""

    about = "post_id"
    words = _("Post published")
    post_id: int
    group_id: int
    customer_id: int | None
    post_kind: str
    groups: int
    material: str
    material_digest: str


@dataclass(frozen=True, kw_only=True)
class PostPinned(Event):
    about = "post_id"
    words = _("Post pinned or unpinned")
    post_id: int
    group_id: int
    pinned: bool


@dataclass(frozen=True, kw_only=True)
class CommentSubmitted(Event):
    about = "post_id"
    words = _("Comment written")
    post_id: int
    comment_id: int
    group_id: int
    customer_id: int | None
    digest: str
    held: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CommentPublished(Event):
    about = "post_id"
    words = _("Comment published")
    post_id: int
    comment_id: int
    group_id: int
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """The bank's first answer to a customer's question, and how long it took."""

    about = "post_id"
    words = _("Question answered by the bank")
    post_id: int
    group_id: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class PollAnswered(Event):
    about = "post_id"
    words = _("Poll answered")
    post_id: int
    group_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class RiddleSolved(Event):
    about = "post_id"
    words = _("Riddle solved")
    post_id: int
    group_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class WordsWithdrawn(Event):
    """By their author. ``comment_id`` is 0 for the post itself."""

    about = "post_id"
    words = _("Post or comment withdrawn by its author")
    post_id: int
    comment_id: int
    group_id: int
    customer_id: int | None


@dataclass(frozen=True, kw_only=True)
class WordsReported(Event):
    about = "post_id"
    words = _("Post or comment reported")
    post_id: int
    comment_id: int
    group_id: int
    case_id: int
    customer_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WordsDecided(Event):
    """What a person decided; ``digest`` is of what was written."""

    about = "post_id"
    words = _("Post or comment decided upon")
    post_id: int
    comment_id: int
    group_id: int
    case_id: int
    decision: str
    measure: str
    rules: tuple[str, ...]
    digest: str


@dataclass(frozen=True, kw_only=True)
class DecisionAppealed(Event):
    about = "post_id"
    words = _("Objection to a decision")
    post_id: int
    comment_id: int
    group_id: int
    case_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    about = "post_id"
    words = _("Objection decided")
    post_id: int
    comment_id: int
    group_id: int
    case_id: int
    overturned: bool


@dataclass(frozen=True, kw_only=True)
class MaterialRecalled(Event):
    """Posts in words that are no longer approved were hidden."""

    about = "post_id"
    words = _("Post hidden because its words are no longer approved")
    post_id: int
    group_id: int
    material: str


@dataclass(frozen=True, kw_only=True)
class SealedWordsPurged(Event):
    """What was taken away long ago is deleted for good."""

    words = _("Words taken away long ago were deleted")
    posts: int
    comments: int
