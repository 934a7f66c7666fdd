"""Groups, who runs them, and the numbers that everybody reads."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.rules.kinds import Duty, Goal, GroupKind, Joining, Moderation
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet

KIND_LABELS = {
    GroupKind.WEALTH: pgettext_lazy("group", "Wealth"),
    GroupKind.LIFE: pgettext_lazy("group", "Daily life"),
    GroupKind.FAMILY: pgettext_lazy("group", "Family and children"),
    GroupKind.SENIOR: pgettext_lazy("group", "Seniors"),
    GroupKind.YOUNG: pgettext_lazy("group", "Young people"),
    GroupKind.BUSINESS: pgettext_lazy("group", "Small businesses"),
    GroupKind.NEIGHBOURHOOD: pgettext_lazy("group", "Neighbourhood"),
}
GOAL_LABELS = {
    Goal.SATISFACTION: pgettext_lazy("goal", "Satisfaction"),
    Goal.STICKINESS: pgettext_lazy("goal", "Stickiness"),
    Goal.PRODUCT: pgettext_lazy("goal", "Knowledge of products"),
}
JOINING_LABELS = {
    Joining.OPEN: _("Whoever finds it"),
    Joining.LINK: _("By link or QR code"),
    Joining.INVITED: _("By invitation only"),
}
MODERATION_LABELS = {Moderation.BEFORE: _("Before publication"), Moderation.AFTER: _("After publication")}
DUTY_LABELS = {
    Duty.LEAD: pgettext_lazy("duty", "Leads the group"),
    Duty.MODERATE: pgettext_lazy("duty", "Reviews what is written"),
    Duty.ANSWER: pgettext_lazy("duty", "Answers questions"),
    Duty.SPEAK: pgettext_lazy("duty", "Posts"),
}


class Group(models.Model):
    """社群. What it is for, who may come in and what is allowed; its numbers are in ``Tally``."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_LABELS)
    purpose = models.CharField(_("what it is for"), max_length=300)
    goals = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("goals"))
    rules = models.TextField(_("group rules"))
    data_use = models.TextField(_("what is done with data"))
    welcome = models.TextField(_("welcome to new members"), blank=True)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("topics"))
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("tags"))
    joining = models.CharField(_("who may join"), max_length=10, choices=JOINING_LABELS, default=Joining.LINK)
    moderation = models.CharField(
        _("review of members' words"), max_length=10, choices=MODERATION_LABELS, default=Moderation.BEFORE
    )
    size_limit = models.PositiveIntegerField(_("most members"), default=500)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    token = models.CharField(max_length=32, unique=True)
    """Of the link and the QR code; a new one ends the old."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    health = models.JSONField(default=dict)
    """The latest weekly look at its facts: see ``rules.health``."""

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("branch", "-id"), name="group_of_branch"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def goal_labels(self) -> list[str]:
        return [str(GOAL_LABELS[Goal(goal)]) for goal in self.goals if goal in set(Goal)]


class Tally(models.Model):
    """A group's numbers, apart from its words: one narrow row that each post and each joining changes.

    ``head`` is the number of the latest post. It is given out under this row's lock and kept until the commit, so that
    numbers appear in order and nobody's last-read number can pass a post that is not there yet.
    """

    personal_data = NO_PERSONAL_DATA

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="tally")
    head = models.BigIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    size_limit = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(members__lte=F("size_limit")), name="group_never_overfull"),
        )


class TeamMember(models.Model):
    """运营团队: who of the staff does what in a group, and when."""

    personal_data = NO_PERSONAL_DATA

    group = models.ForeignKey(Group, models.CASCADE, related_name="team")
    staff = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    duty = models.CharField(_("duty"), max_length=10, choices=DUTY_LABELS)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    """1 is Monday."""
    starts = models.TimeField(_("shift begins"))
    ends = models.TimeField(_("shift ends"))

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("group", "staff", "duty"), name="community_duty_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="shift_ends_after_it_begins"),
        )
