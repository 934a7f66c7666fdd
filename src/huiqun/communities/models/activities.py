"""Activities, and who comes."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.rules.activities import ActivityKind, ActivityState, SeatState
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.lib.canonical import digest

ACTIVITY_LABELS = {
    ActivityKind.SALON: _("Salon"),
    ActivityKind.LECTURE: _("Lecture"),
    ActivityKind.THANKS: _("Thanks party"),
    ActivityKind.COMMUNITY_DAY: _("Community day"),
    ActivityKind.SCHOOL_VISIT: _("School visit"),
    ActivityKind.LIVE_QA: _("Live Q&A"),
}
ACTIVITY_STATE_LABELS = {
    ActivityState.DRAFT: _("Draft"),
    ActivityState.IN_REVIEW: _("In review"),
    ActivityState.OPEN: pgettext_lazy("activity", "Open"),
    ActivityState.CANCELLED: pgettext_lazy("activity", "Cancelled"),
}
ACTIVITY_COLOURS = {
    ActivityState.DRAFT: "grey",
    ActivityState.IN_REVIEW: "gold",
    ActivityState.OPEN: "green",
    ActivityState.CANCELLED: "red",
}
SEAT_LABELS = {
    SeatState.TAKEN: pgettext_lazy("seat", "Signed up"),
    SeatState.WAITING: pgettext_lazy("seat", "In line"),
    SeatState.CANCELLED: pgettext_lazy("seat", "Cancelled"),
    SeatState.ATTENDED: pgettext_lazy("seat", "Came"),
}
SEAT_COLOURS = {
    SeatState.TAKEN: "green",
    SeatState.WAITING: "gold",
    SeatState.CANCELLED: "grey",
    SeatState.ATTENDED: "blue",
}


class ActivityQuerySet(ScopedQuerySet):
    def take_seat(self, activity_id: int) -> bool:
        """Take a seat; whether there was one. One statement decides."""
        free = self.filter(pk=activity_id, state=ActivityState.OPEN, taken__lt=F("capacity"))
        return bool(free.update(taken=F("taken") + 1))


class Activity(models.Model):
    """社群活动. ``taken`` counts the seats of those who have one; who stands in line has none."""

    personal_data = NO_PERSONAL_DATA

    kind = models.CharField(_("kind"), max_length=20, choices=ACTIVITY_LABELS)
    title = models.CharField(_("title"), max_length=100)
    words = models.TextField(_("description"), max_length=2000)
    place = models.CharField(pgettext_lazy("activity", "place"), max_length=200, blank=True)
    link = models.CharField(_("link for taking part online"), max_length=300, blank=True)
    data_use = models.CharField(_("what is done with data"), max_length=500, blank=True)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(pgettext_lazy("activity", "ends"))
    sign_up_until = models.DateTimeField(_("sign up until"))
    capacity = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=ACTIVITY_STATE_LABELS, default=ActivityState.DRAFT
    )
    digest = models.CharField(max_length=64, blank=True, default="")
    findings = models.JSONField(default=list)
    authors = models.JSONField(default=list)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = ActivityQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="activity_not_overbooked"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_period"),
            models.CheckConstraint(
                condition=~Q(state="open") | (Q(decided_by__isnull=False) & ~Q(digest="")),
                name="activity_open_is_approved",
            ),
        )
        indexes = (models.Index(fields=("branch", "-id"), name="activity_branch"),)

    def __str__(self) -> str:
        return self.title

    @property
    def colour(self) -> str:
        return ACTIVITY_COLOURS[ActivityState(self.state)]

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.taken)

    def own_digest(self) -> str:
        """Over what customers read."""
        return digest(
            {name: getattr(self, name) for name in ("kind", "title", "words", "place", "link", "data_use")}
        )


class OfActivity(ScopedQuerySet):
    branch_field = "activity__branch"


class Registration(models.Model):
    """报名. One for each customer and activity; ``in_line`` is the place in the line, in order of signing up."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="anonymise")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="registrations")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SEAT_LABELS)
    in_line = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField()
    portrait = models.BooleanField(_("agrees to pictures"), default=False)
    portrait_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = OfActivity.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("activity", "customer"), name="registration_once"),
            models.CheckConstraint(
                condition=Q(state="attended", came_at__isnull=False)
                | (~Q(state="attended") & Q(came_at__isnull=True)),
                name="registration_came_with_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("activity", "in_line"), condition=Q(state="waiting"), name="registration_line"
            ),
            models.Index(fields=("customer", "-id"), name="registration_customer"),
        )

    @property
    def colour(self) -> str:
        return SEAT_COLOURS[SeatState(self.state)]
