"""Who is in a group, how far each has read, and how fast each may go."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.models.groups import Group
from huiqun.communities.rules.kinds import JoinedBy, MemberState, NoteKind
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField

MEMBER_LABELS = {
    MemberState.ACTIVE: pgettext_lazy("member", "Member"),
    MemberState.LEFT: pgettext_lazy("member", "Left"),
    MemberState.REMOVED: pgettext_lazy("member", "Expelled"),
}
JOINED_BY_LABELS = {
    JoinedBy.FOUND: _("Found the group"),
    JoinedBy.LINK: pgettext_lazy("joined by", "Link"),
    JoinedBy.QR: pgettext_lazy("joined by", "QR code"),
    JoinedBy.INVITED: pgettext_lazy("joined by", "Invitation"),
}


class OfGroup(ScopedQuerySet):
    branch_field = "group__branch"


class Membership(models.Model):
    """成员. ``read`` is the number of the latest post that this person has seen, ``since`` the one at joining."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "nickname": "encrypted"}, erasure="anonymise"
    )

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    nickname = EncryptedField(null=True)
    state = models.CharField(max_length=10, choices=MEMBER_LABELS, default=MemberState.ACTIVE)
    joined_by = models.CharField(max_length=10, choices=JOINED_BY_LABELS)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    since = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    muted_until = models.DateTimeField(null=True)
    warnings = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = OfGroup.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("group", "customer"), name="member_once"),)
        indexes = (
            models.Index(fields=("customer", "group"), condition=Q(state="active"), name="member_active"),
            models.Index(fields=("group", "-id"), name="member_of_group"),
        )


class Invitation(models.Model):
    """邀请: staff or an audience's rule asks a customer to join; the customer decides."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("group", "customer"), name="invitation_once"),)


class TopicFollow(models.Model):
    """关注的话题."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "topic": "plain"}, erasure="delete")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    topic = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("customer", "topic"), name="topic_followed_once"),)


class Pace(models.Model):
    """How often a person did something in a stretch of time: one row that one statement counts up or refuses."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=20)
    begins_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("customer", "what", "begins_at"), name="pace_once"),)
        indexes = (models.Index(fields=("begins_at",), name="pace_by_time"),)


NOTE_LABELS = {
    NoteKind.WELCOME: _("Welcome"),
    NoteKind.COMMENTED: _("Somebody commented on your post"),
    NoteKind.ANSWERED: _("The bank answered you"),
    NoteKind.PUBLISHED: _("What you wrote is published now"),
    NoteKind.MASKED: _("Part of what you wrote was made unreadable"),
    NoteKind.HIDDEN: _("What you wrote is not shown"),
    NoteKind.REMOVED: _("What you wrote was removed"),
    NoteKind.WARNED: _("You were given a warning"),
    NoteKind.MUTED: _("You may read but not write for a while"),
    NoteKind.EXPELLED: _("You are no longer a member"),
    NoteKind.APPEAL_UPHELD: _("Your objection was looked at; the decision stands"),
    NoteKind.APPEAL_OVERTURNED: _("Your objection was right; the decision was taken back"),
}


class Note(models.Model):
    """提醒: something that concerns one person. Posts make none: who has not seen them is told by numbers."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "words": "plain"}, erasure="delete")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=NOTE_LABELS)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    placement_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("customer", "-id"), name="note_of_customer"),
            models.Index(fields=("customer",), condition=Q(read_at__isnull=True), name="note_unread"),
        )
