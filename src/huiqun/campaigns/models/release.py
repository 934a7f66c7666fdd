"""Gradual release as planned, and how far it is."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.models.campaign import Campaign
from huiqun.campaigns.release import CLICK, ITSELF, SHARE, STAFF, Limits, Plan, Stage, goes_on_at
from huiqun.foundation.personal_data import NO_PERSONAL_DATA


class StageKind(models.TextChoices):
    STAFF = STAFF, _("Own staff")
    SHARE = SHARE, _("A share of the audience")


class GoesOn(models.TextChoices):
    ITSELF = ITSELF, _("goes on by itself")
    CLICK = CLICK, _("waits for a person")


class Release(models.Model):
    """The limits at which a campaign that is released in stages stops by itself, in ten-thousandths."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="release")
    complaints = models.PositiveIntegerField(_("complaints"), null=True)
    unsubscribes = models.PositiveIntegerField(_("opt-outs"), null=True)
    failures = models.PositiveIntegerField(_("failures"), null=True)
    least = models.PositiveIntegerField(_("fewest cases"), default=3)

    def plan(self) -> Plan:
        limits = Limits(
            complaints=self.complaints,
            unsubscribes=self.unsubscribes,
            failures=self.failures,
            least=self.least,
        )
        rows = ReleaseStage.objects.filter(campaign_id=self.pk).order_by("number")
        return Plan(tuple(row.stage() for row in rows), limits)


class ReleaseStage(models.Model):
    """One stage of the plan; ``share`` as in ``release.Stage``."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=StageKind.choices, default=StageKind.SHARE)
    share = models.PositiveIntegerField(default=0)
    wait_hours = models.PositiveSmallIntegerField(default=0)
    goes_on = models.CharField(max_length=10, choices=GoesOn.choices, default=GoesOn.ITSELF)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="release_stage_once"),
            models.CheckConstraint(condition=Q(share__lte=10_000), name="release_share_at_most_all"),
        )

    def stage(self) -> Stage:
        return Stage(
            number=self.number,
            kind=self.kind,
            share=self.share,
            wait_hours=self.wait_hours,
            goes_on=self.goes_on,
        )


class StageState(models.TextChoices):
    SENDING = "sending", _("Being released")
    WAITING = "waiting", _("Being watched")
    DONE = "done", _("Released")
    STOPPED = "stopped", _("Stopped by itself")


STAGE_COLOURS = {
    StageState.SENDING: "blue",
    StageState.WAITING: "cyan",
    StageState.DONE: "green",
    StageState.STOPPED: "red",
}


class StageRun(models.Model):
    """A stage that has begun, and its run. ``looked_at`` is what had come when a person last went on."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stage_runs")
    number = models.PositiveSmallIntegerField()
    run_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=StageState.choices, default=StageState.SENDING)
    stopped_because = models.CharField(max_length=20, blank=True)
    looked_at = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("campaign", "number"), name="release_run_once"),)
        indexes = (
            models.Index(
                fields=("state",), condition=Q(state__in=["sending", "waiting"]), name="release_run_open"
            ),
        )

    @property
    def colour(self) -> str:
        return STAGE_COLOURS[StageState(self.state)]

    def goes_on_at(self, stage: Stage) -> datetime | None:
        return goes_on_at(stage, self.settled_at) if self.settled_at else None
