"""What is said: a post once, its places in groups, and what people do with it there."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.models.groups import Group
from huiqun.communities.models.members import OfGroup
from huiqun.communities.rules.kinds import PostKind, ReactionKind, Speech, State
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData, Protection
from huiqun.foundation.secrets import EncryptedField

POST_LABELS = {
    PostKind.TEXT: pgettext_lazy("post", "Post"),
    PostKind.QUESTION: pgettext_lazy("post", "Question"),
    PostKind.ARTICLE: pgettext_lazy("post", "Article"),
    PostKind.BULLETIN: pgettext_lazy("post", "Bulletin"),
    PostKind.POLL: pgettext_lazy("post", "Poll"),
    PostKind.RIDDLE: pgettext_lazy("post", "Riddle"),
    PostKind.VIDEO: pgettext_lazy("post", "Short video"),
}
STATE_LABELS = {
    State.PENDING: pgettext_lazy("post", "Waiting for review"),
    State.SHOWN: pgettext_lazy("post", "Shown"),
    State.HIDDEN: pgettext_lazy("post", "Hidden"),
    State.REMOVED: pgettext_lazy("post", "Removed"),
    State.WITHDRAWN: pgettext_lazy("post", "Withdrawn by its author"),
}
REACTION_LABELS = {
    ReactionKind.LIKE: pgettext_lazy("reaction", "Like"),
    ReactionKind.USEFUL: pgettext_lazy("reaction", "Useful"),
    ReactionKind.THANKS: pgettext_lazy("reaction", "Thanks"),
}
SPEECH_LABELS = {Speech.MATERIAL: _("In approved words"), Speech.OWN: _("In my own words")}


class Words(models.Model):
    """What posts and comments have in common: an author, the words that are shown, and what was written.

    ``body`` is what may be read: cleaned, and without people's numbers. ``sealed`` keeps what was written where it
    differs or was taken away, until ``sealed_until``. ``digest`` is of what was written, with ``salt``.
    """

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="+", db_index=False
    )
    staff = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=30, blank=True)
    """By which the author is shown."""
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=STATE_LABELS)
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    sealed = EncryptedField(null=True)
    sealed_until = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def is_of_bank(self) -> bool:
        return self.staff_id is not None


WORDS: dict[str, Protection] = {
    "customer": "pseudonym",
    "name": "plain",
    "body": "plain",
    "salt": "plain",
    "sealed": "encrypted",
}


class Post(Words):
    """帖子. One row, however many groups it stands in. ``grams`` are its pairs of characters, for searching."""

    personal_data = PersonalData(
        fields={**WORDS, "title": "plain", "grams": "plain"},
        erasure="anonymise",
    )

    kind = models.CharField(max_length=10, choices=POST_LABELS)
    title = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=20, blank=True)
    grams = ArrayField(models.CharField(max_length=24), default=list)
    data = models.JSONField(default=dict)
    """A poll's options, a riddle's digest, a video's address and subtitles, which licences a picture has."""
    speech = models.CharField(max_length=10, choices=SPEECH_LABELS, blank=True)
    material = models.CharField(max_length=80, blank=True)
    material_digest = models.CharField(max_length=64, blank=True)
    """What was approved and is said here: compliance's subject and digest."""
    home = models.ForeignKey(Group, models.PROTECT, related_name="+", db_index=False)
    targets = ArrayField(models.BigIntegerField(), default=list)
    """Groups where it is to stand once it is published."""
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            GinIndex(fields=("grams",), name="post_grams"),
            models.Index(
                fields=("customer", "-id"), condition=Q(customer__isnull=False), name="post_of_customer"
            ),
            models.Index(fields=("sealed_until",), condition=Q(sealed__isnull=False), name="post_sealed"),
            models.Index(fields=("material",), condition=~Q(material=""), name="post_of_material"),
        )


class Placement(models.Model):
    """A post's place in a group. ``number`` counts the group's posts; ``gone`` ones are not shown and not counted."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="anonymise")

    group = models.ForeignKey(Group, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=20, blank=True)
    shared = models.BooleanField(default=False)
    """Whether the post stands in other groups too."""
    gone = models.BooleanField(default=False)
    placed_at = models.DateTimeField()
    pinned_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    """When the bank first answered a question."""
    comments = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    useful = models.PositiveIntegerField(default=0)
    thanks = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = OfGroup.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("group", "number"), name="placement_number_once"),
            models.UniqueConstraint(fields=("post", "group"), name="placement_once"),
        )
        indexes = (
            models.Index(fields=("group", "number"), condition=Q(gone=True), name="placement_gone"),
            models.Index(fields=("group", "number"), condition=Q(shared=True), name="placement_shared"),
            models.Index(
                fields=("group", "-number"), condition=Q(pinned_at__isnull=False), name="placement_pinned"
            ),
            models.Index(
                fields=("customer", "group", "number"),
                condition=Q(customer__isnull=False),
                name="placement_of_customer",
            ),
            models.Index(
                fields=("group", "topic", "-number"), condition=~Q(topic=""), name="placement_of_topic"
            ),
        )


class Comment(Words):
    """评论 on a post in one group: members of other groups do not read it."""

    personal_data = PersonalData(fields=WORDS, erasure="anonymise")

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("placement", "id"), name="comment_of_placement"),
            models.Index(
                fields=("customer", "-id"), condition=Q(customer__isnull=False), name="comment_of_customer"
            ),
            models.Index(fields=("sealed_until",), condition=Q(sealed__isnull=False), name="comment_sealed"),
        )


class Picture(models.Model):
    """A picture as it was painted anew here: nothing of the file that came is kept."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "content": "plain"}, erasure="delete")

    post = models.ForeignKey(Post, models.CASCADE, related_name="pictures")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()


class Reaction(models.Model):
    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=REACTION_LABELS)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("placement", "customer"), name="reaction_once"),)


class PollCount(models.Model):
    """Votes for one option, kept by one UPDATE."""

    personal_data = NO_PERSONAL_DATA

    post = models.ForeignKey(Post, models.CASCADE, related_name="+", db_index=False)
    option = models.PositiveSmallIntegerField()
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("post", "option"), name="poll_option_once"),)


class Answer(models.Model):
    """One person's vote in a poll or right answer to a riddle, once, whatever groups it stands in."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "option": "plain"}, erasure="delete")

    post = models.ForeignKey(Post, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    option = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("post", "customer"), name="answer_once"),)
