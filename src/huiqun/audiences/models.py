"""Audiences, their versions and the snapshots taken of them. Customer ids are in files, never in rows."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class AudienceQuerySet(ScopedQuerySet):
    def current(self) -> Self:
        return self.filter(archived_at__isnull=True)


class OfAudienceQuerySet(ScopedQuerySet):
    branch_field = "audience__branch"


class OfVersionQuerySet(ScopedQuerySet):
    branch_field = "branch"


class Audience(models.Model):
    """客群: a name for a rule that changes by versions."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    created_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = AudienceQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("branch", "-id"), name="audience_branch"),)

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> "AudienceVersion":
        newest: AudienceVersion = self.versions.select_related("created_by").order_by("-number")[0]
        return newest


class AudienceVersion(models.Model):
    """One rule under an audience's name. Never changed (a trigger): a change is a new version."""

    personal_data = NO_PERSONAL_DATA

    audience = models.ForeignKey(Audience, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rule = models.JSONField()
    rule_digest = models.CharField(max_length=64)
    sentence = models.TextField()
    created_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = OfAudienceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("audience", "number"), name="audience_version_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.audience} v{self.number}"


class Snapshot(models.Model):
    """客群快照: who a version chose on one day, in a Parquet file whose digest is kept here.

    Never changed (a trigger). ``path`` is relative to the lake; the same name ending in .roaring is the
    bitmap of all ids.
    """

    personal_data = PersonalData(
        fields={}, erasure="keep: files hold surrogate ids only, as evidence of who was chosen"
    )

    audience_version = models.ForeignKey(AudienceVersion, models.PROTECT, related_name="snapshots")
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    as_of = models.DateField()
    lake_version = models.PositiveIntegerField()
    control_share = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    treatment = models.PositiveIntegerField()
    control = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    milliseconds = models.PositiveIntegerField()
    frozen_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField()

    objects: ClassVar[Any] = OfVersionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("audience_version", "branch", "key", "as_of", "lake_version", "control_share"),
                name="snapshot_once",
            ),
            models.CheckConstraint(
                condition=Q(count=models.F("treatment") + models.F("control")), name="snapshot_arms_add_up"
            ),
        )


class DeliveryState(models.TextChoices):
    TAKEN_IN = "taken_in", _("Taken in")
    REFUSED = "refused", _("Refused")


class Delivery(models.Model):
    """交付文件: one file that the bank's systems delivered, and what became of it.

    ``left_out`` are headings that nobody knows, ``missing`` columns that were agreed and did not come.
    """

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("file"), max_length=200)
    dataset = models.CharField(_("dataset"), max_length=30)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices)
    rows = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    source = models.CharField(max_length=60, blank=True, db_default="")
    left_out = models.JSONField(default=list, db_default=[])
    missing = models.JSONField(default=list, db_default=[])
    received_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("dataset", "-id"), name="delivery_dataset"),)

    @property
    def told(self) -> str:
        """The name under which the lake's files tell of its rows."""
        return f"{self.name} {self.digest[:12]}"


class Membership(models.Model):
    """客群成员: who is in an audience, as far as it was worked out last. The ids are in a file named by ``ids_digest``.

    ``stamp`` is a digest of everything that decides who is chosen; while it stays the same, so do they.
    """

    personal_data = PersonalData(
        fields={}, erasure="keep: files hold surrogate ids only, worked out anew each day"
    )

    audience = models.OneToOneField(Audience, models.CASCADE, related_name="membership")
    version = models.ForeignKey(AudienceVersion, models.PROTECT, related_name="+")
    as_of = models.DateField()
    lake_version = models.PositiveIntegerField()
    stamp = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    ids_digest = models.CharField(max_length=64)
    milliseconds = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()

    objects: ClassVar[Any] = OfAudienceQuerySet.as_manager()


class SizeOfDay(models.Model):
    """客群规模: how many an audience had at the end of a day, and how many came and went on it."""

    personal_data = NO_PERSONAL_DATA

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="sizes")
    day = models.DateField()
    number = models.PositiveIntegerField()
    lake_version = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    entered = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    moved_from = models.PositiveIntegerField(null=True)

    objects: ClassVar[Any] = OfAudienceQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("audience", "day"), name="audience_size_once_a_day"),)
        indexes = (models.Index(fields=("day",), name="audience_size_day"),)


class SizeWatch(models.Model):
    """规模提醒: by how many percent of the day before a size may move before people are told."""

    personal_data = NO_PERSONAL_DATA

    audience = models.OneToOneField(Audience, models.CASCADE, related_name="size_watch")
    percent = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects: ClassVar[Any] = OfAudienceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=1000), name="size_watch_percent"),
        )


class Rhythm(models.TextChoices):
    DAILY = "daily", pgettext_lazy("rhythm", "Every day")
    WEEKLY = "weekly", pgettext_lazy("rhythm", "Every week")
    MONTHLY = "monthly", pgettext_lazy("rhythm", "Every month")


class SnapshotSchedule(models.Model):
    """定时快照: when snapshots of an audience's latest version are frozen by themselves, in the bank's time."""

    personal_data = NO_PERSONAL_DATA

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="schedules")
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.PositiveSmallIntegerField(null=True)
    at = models.TimeField()
    control_share = models.PositiveSmallIntegerField(default=1_000)
    next_at = models.DateTimeField()
    last_snapshot = models.ForeignKey(Snapshot, models.SET_NULL, null=True, related_name="+")
    problem = models.TextField(blank=True)
    created_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = OfAudienceQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("next_at",), condition=Q(ended_at__isnull=True), name="snapshot_schedule_due"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(rhythm="daily", weekday__isnull=True, day__isnull=True)
                | Q(rhythm="weekly", weekday__gte=0, weekday__lte=6, day__isnull=True)
                | Q(rhythm="monthly", weekday__isnull=True, day__gte=1, day__lte=31),
                name="snapshot_schedule_rhythm",
            ),
        )
