"""Surveys and their versions: what was approved is what is asked."""

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.feedback.rules.questions import Question, QuestionKind, read_questions
from huiqun.feedback.rules.surveys import SHOWN_DAYS, SHOWN_MOST, Placement, VersionState, is_open
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.lib.canonical import digest

QUESTION_LABELS = {
    QuestionKind.CHOICE: _("One choice"),
    QuestionKind.CHOICES: _("Several choices"),
    QuestionKind.SCALE: _("Scale from 1 to 5"),
    QuestionKind.MATRIX: _("Matrix"),
    QuestionKind.TEXT: pgettext_lazy("question", "Text"),
    QuestionKind.NPS: _("Recommendation (NPS)"),
}
PLACEMENT_LABELS = {
    Placement.APP: _("In the app, by itself"),
    Placement.GROUP: _("In a group"),
    Placement.ACTIVITY: _("After an activity"),
    Placement.COMPLAINT: _("After a case was closed"),
    Placement.STAFF: _("Interviews and call-backs by staff"),
}
STATE_LABELS = {
    VersionState.DRAFT: _("Draft"),
    VersionState.IN_REVIEW: _("In review"),
    VersionState.APPROVED: _("Approved"),
    VersionState.REPLACED: pgettext_lazy("survey", "Replaced"),
}
STATE_COLOURS = {
    VersionState.DRAFT: "grey",
    VersionState.IN_REVIEW: "gold",
    VersionState.APPROVED: "green",
    VersionState.REPLACED: "grey",
}


class Survey(models.Model):
    """问卷. ``ends_at`` is exclusive. At most ``shown_most`` surveys in ``shown_days`` days are offered to a customer by
    the app; what a customer opens by a link or from the list counts for nothing."""

    personal_data = NO_PERSONAL_DATA

    title = models.CharField(_("title"), max_length=100)
    words = models.CharField(_("introduction"), max_length=500, blank=True)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    placements = models.JSONField(_("where it is offered"), default=list)
    opens_at = models.DateTimeField(_("opens"))
    ends_at = models.DateTimeField(_("ends"))
    shown_most = models.PositiveSmallIntegerField(_("offered at most"), default=SHOWN_MOST)
    shown_days = models.PositiveSmallIntegerField(_("in so many days"), default=SHOWN_DAYS)
    closed_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("opens_at")), name="feedback_survey_period"
            ),
        )
        indexes = (models.Index(fields=("branch", "-id"), name="feedback_survey_branch"),)

    def __str__(self) -> str:
        return self.title

    def is_open(self, now: Any) -> bool:
        return is_open(closed_at=self.closed_at, opens_at=self.opens_at, ends_at=self.ends_at, now=now)


class SurveyVersion(models.Model):
    """What a survey asks. Frozen from its submission on; one at most is approved, and one is written."""

    personal_data = NO_PERSONAL_DATA

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kept = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=STATE_LABELS, default=VersionState.DRAFT)
    digest = models.CharField(max_length=64, blank=True, default="")
    findings = models.JSONField(default=list)
    authors = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True, default="")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("survey", "number"), name="feedback_version_number"),
            models.UniqueConstraint(
                fields=("survey",), condition=Q(state="approved"), name="feedback_version_one_approved"
            ),
            models.UniqueConstraint(
                fields=("survey",),
                condition=Q(state__in=("draft", "in_review")),
                name="feedback_version_one_written",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(decided_by__isnull=False) & ~Q(digest="")),
                name="feedback_version_approved_by_somebody",
            ),
        )

    @property
    def colour(self) -> str:
        return STATE_COLOURS[VersionState(self.state)]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return read_questions(self.kept)

    def own_digest(self) -> str:
        """Over everything that customers read."""
        return digest({"title": self.survey.title, "words": self.survey.words, "questions": self.kept})


class SurveyTheme(models.Model):
    """主题. By its words free texts are counted under it."""

    personal_data = NO_PERSONAL_DATA

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="themes")
    name = models.CharField(_("theme"), max_length=40)
    words_list = models.JSONField(_("words"), default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "name"), name="feedback_theme_once"),)
